-- Full-text search over works. content="works" stands in double quotes: that is what sqlite-utils and Datasette look for.
create virtual table works_fts using fts5 (
  title, authors, container_title, abstract, subjects, doi,
  tokenize='porter unicode61 remove_diacritics 2',
  content="works", content_rowid="id"
);
insert into works_fts(works_fts, rank) values ('hashsize', 16777216);
create trigger works_ai after insert on works begin
  insert into works_fts(rowid, title, authors, container_title, abstract, subjects, doi)
  values (new.id, new.title, new.authors, new.container_title, new.abstract, new.subjects, new.doi);
end;
create trigger works_ad after delete on works begin
  insert into works_fts(works_fts, rowid, title, authors, container_title, abstract, subjects, doi)
  values ('delete', old.id, old.title, old.authors, old.container_title, old.abstract, old.subjects, old.doi);
end;
create trigger works_au after update on works begin
  insert into works_fts(works_fts, rowid, title, authors, container_title, abstract, subjects, doi)
  values ('delete', old.id, old.title, old.authors, old.container_title, old.abstract, old.subjects, old.doi);
  insert into works_fts(rowid, title, authors, container_title, abstract, subjects, doi)
  values (new.id, new.title, new.authors, new.container_title, new.abstract, new.subjects, new.doi);
end;
-- The words that the full-text index has, as stems, with the number of works: for suggesting another spelling.
create virtual table works_words using fts5vocab(works_fts, row);
