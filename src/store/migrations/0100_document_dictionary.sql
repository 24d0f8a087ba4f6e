-- What stored documents have in common (src/store/dictionaries.h). A row is never changed, and none is dropped: versions
-- name it by the id that stands in their frame.
create table document_dictionary (
  number {key},
  id bigint not null,
  bytes bytea not null,
  hash text not null,
  trained_at bigint not null,
  version_id bigint not null,
  promised double precision not null
);
create unique index document_dictionary_id on document_dictionary (id);

-- Up to which version documents have been packed anew.
create table document_repack (
  id {key},
  version_id bigint not null
);
