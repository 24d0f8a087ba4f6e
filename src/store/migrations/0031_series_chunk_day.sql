-- What is forgotten goes by its day alone, whatever its points stand for.
create index series_chunk_day on series_chunk (day);
