"""What it looks like: data in, plotly figure or chart specification out."""
