-- What became of works from one index to the next, so that it can be told, and told once, however often the index is made anew.

create table index_runs (              -- the runs after which the index said something else
  run_id integer primary key,
  at text not null,
  last_work integer not null,          -- the last id of a work that was given out by then: what is beyond was new in a later run
  state text not null                  -- which index it was: where another is found, all of it is compared
) strict;

create table known_works (             -- what the last index said of works, where that may come to be news
  work_id integer primary key references work_keys(id),
  status text not null,                -- update status; '' where there is none
  updates text not null,               -- how many updates of each type it has had, such as 'correction 2', joined by '; '
  copies text not null                 -- versions of its files, each with who may read it, joined by '; '
) strict;

create table news (                    -- one row a change; never overwritten
  id integer primary key,
  run_id integer not null,
  at text not null,
  work_id integer not null references work_keys(id),
  what text not null,                  -- status: it changed; update: one more, which left it; copy: a version that may be read, and could not before
  before text not null,
  after text not null
) strict;
create index news_run on news(run_id);
