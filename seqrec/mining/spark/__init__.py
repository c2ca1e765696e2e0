"""Mining on Apache Spark: the engine for logs beyond one machine; pyspark is an extra."""
