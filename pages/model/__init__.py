"""Pages that train a recommender and look at what it recommends."""
