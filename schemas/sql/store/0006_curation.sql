-- What people say of the works in the listings (their files, taken in whenever the index is made, with who changed what and when),
-- and since when works stand there.

create table curation (                -- one row a change; never overwritten: the last one of a work says how it is
  id integer primary key,
  listing text not null,
  work text not null,                  -- as the file names it: a key, a DOI, a link
  said text not null,                  -- what is said of it, as JSON; '' from when on nothing is
  by text not null,                    -- who; '' where the file was edited without this program
  at text not null                     -- when it was taken in
) strict;
create index curation_work on curation(listing, work);

create table listed (                  -- when works came into listings: what has left one and comes back is no news
  listing text not null,
  work_id integer not null references work_keys(id),
  since text not null,
  primary key (listing, work_id)
) strict, without rowid;
