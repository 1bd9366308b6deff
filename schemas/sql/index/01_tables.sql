-- index.db: a pure function of store.db, schemas/ and config.toml. Disposable: `harvester reindex` makes it anew.
-- Dates are EDTF text (2020, 2020-09, 2020-09-28) and sort as text. is_* columns are 0 or 1.

create table meta (                    -- what this index was made from
  name text primary key,               -- generation, change_seen, fingerprint, settings, built, program
  value text not null                  -- its value
) strict;

create table sources (                 -- where records come from, as configured
  name text primary key,               -- its name in config.toml
  kind text not null,                  -- oai_pmh, crossref, files
  title text not null,                 -- what people call it
  url text not null,                   -- base URL or file
  rank integer not null                -- precedence when sources disagree: 1 is believed first
) strict;

create table works (                   -- one row a work: the best value of each element
  id integer primary key,              -- stable: issued in store.db, never reused
  key text not null unique,            -- doi:10.1136/leader-2020-000228; old keys are in redirects
  label text not null,                 -- title, or what stands in for it
  title text,                          -- in plain text
  authors text,                        -- 'Aufegger, L; Alabi, M', in order
  type text not null,                  -- schemas/vocabularies/types.toml
  container_title text,                -- journal, book or series
  volume text,                         -- text, since volumes are not always numbers
  issue text,                          -- text, as well
  pages text,                          -- '128-134', or the article number
  publisher text,                      -- who made it public
  issued text,                         -- citation date
  issued_year integer,                 -- its year, for comparing and counting
  issn text,                           -- of the container
  doi text,                            -- lower case, without https://doi.org/
  handle text,                         -- without https://hdl.handle.net/
  url text,                            -- best link for a reader
  language text,                       -- BCP 47; several joined by '; '
  abstract text,                       -- in plain text
  subjects text,                       -- joined by '; '; one row each in subjects
  rights text,                         -- copyright statements as published
  access text,                         -- open embargoed restricted metadata-only
  embargo_until text,                  -- the day on which the embargo ends
  publication_status text,             -- submitted accepted in-press published unpublished withdrawn
  peer_reviewed integer,               -- null: no source says
  version text,                        -- version of the described resource (VoR, AM ...)
  update_status text,                  -- retraction, expression-of-concern, correction ...
  is_retracted integer not null,       -- 1: retracted, withdrawn or removed
  sources text not null,               -- names, joined by '; '
  record_count integer not null,       -- how many records describe it
  added text not null,                 -- when its first record was stored
  citation text not null               -- Author. Title. Date. Link
) strict;

create table records (                 -- one row a harvested record that is part of a work
  id integer primary key,              -- id in store.db
  work_id integer not null references works(id), -- the work that it describes
  source text not null references sources(name), -- who sent it
  identifier text not null,            -- as the source names it: OAI identifier, DOI, id of a curated entry
  format text not null,                -- metadataPrefix, or crossref, curated
  datestamp text not null,             -- when the source says that it changed, as sent
  change integer not null,             -- change number in store.db
  title text,                          -- as this record has it
  joined_by text not null,             -- why it is part of this work: 'first', the identifier that united it, 'likeness' or 'decision'
  added text not null,                 -- when it was first stored (UTC)
  record text not null                 -- the whole normalised record as JSON
) strict;

create table identifiers (             -- identifiers of works, as text and with their scheme
  work_id integer not null references works(id), -- the work
  position integer not null,           -- order within the work, from 0
  scheme text not null,                -- schemas/identifiers.toml
  value text not null,                 -- clean: without prefix or resolver
  relation text not null,              -- self, container, version, file, candidate
  record_id integer not null           -- who said it
) strict;

create table contributors (            -- people and organisations, in order
  work_id integer not null references works(id), -- the work
  position integer not null,           -- order within the work, from 0
  role text not null,                  -- author, editor, advisor, sponsor ...
  kind text not null,                  -- person, organisation, unknown
  name text not null,                  -- 'Aufegger, L', or the organisation
  family text,                         -- surname of a person
  given text,                          -- given names or initials
  suffix text,                         -- Jr, III
  orcid text,                          -- ORCID iD, check digit proven
  affiliation text,                    -- joined by '; '
  record_id integer not null           -- the record that says so (records.id)
) strict;

create table titles (                  -- other titles: alternative, translated, original, short, markup
  work_id integer not null references works(id), -- the work
  position integer not null,           -- order within the work, from 0
  type text not null,                  -- alternative, translated, original, short, subtitle, markup
  language text,                       -- BCP 47
  title text not null,                 -- as published
  record_id integer not null           -- the record that says so (records.id)
) strict;

create table descriptions (            -- descriptions other than the abstract that stands in works
  work_id integer not null references works(id), -- the work
  position integer not null,           -- order within the work, from 0
  type text not null,                  -- abstract, summary, toc, methods, note, other
  language text,                       -- BCP 47
  text text not null,                  -- paragraphs are separated by an empty line
  record_id integer not null           -- the record that says so (records.id)
) strict;

create table dates (                   -- everything that happened to a work
  work_id integer not null references works(id), -- the work
  position integer not null,           -- order within the work, from 0
  type text not null,                  -- issued print online accepted submitted available deposited ...
  value text,                          -- EDTF; null: what was sent is no date
  raw text,                            -- as sent
  record_id integer not null           -- the record that says so (records.id)
) strict;

create table subjects (                -- keywords and headings, one row each
  work_id integer not null references works(id), -- the work
  position integer not null,           -- order within the work, from 0
  scheme text not null,                -- mesh lcsh lcc ddc fos asjc jel local; '' where it is not known
  term text not null,                  -- as sent
  uri text,                            -- of the term in its scheme
  record_id integer not null           -- the record that says so (records.id)
) strict;

create table funding (                 -- funder, grant, or both; what came unpaired stays unpaired
  work_id integer not null references works(id), -- the work
  position integer not null,           -- order within the work, from 0
  funder_name text,                    -- who pays
  funder_id text,                      -- ROR address, Funder Registry DOI, GRID or ISNI
  award_number text,                   -- number of the grant
  award_title text,                    -- title of the grant
  record_id integer not null           -- the record that says so (records.id)
) strict;

create table relations (               -- what a work has to do with others; retractions and corrections too
  work_id integer not null references works(id), -- the work
  position integer not null,           -- order within the work, from 0
  type text not null,                  -- is-retracted-by, is-version-of, is-part-of ...
  scheme text not null,                -- of the target: doi, url, handle ...
  target text not null,                -- identifier of the other work
  label text,                          -- what the source calls it, where the target alone says little
  date text,                           -- when it was asserted or the notice was published
  asserted_by text,                    -- publisher, retraction-watch, repository ...
  record_id integer not null           -- the record that says so (records.id)
) strict;

create table files (                   -- copies that can be read, with their version
  work_id integer not null references works(id), -- the work
  position integer not null,           -- order within the work, from 0
  url text,                            -- where it can be had
  name text,                           -- name of the file
  description text,                    -- as sent: 'Accepted version'
  version text,                        -- AM, VoR ...
  mime text,                           -- media type
  format_label text,                   -- 'Microsoft Word'
  size integer,                        -- bytes
  size_label text,                     -- '92.9 kB'
  checksum text,                       -- to compare a copy with
  checksum_type text,                  -- MD5 ...
  access text,                         -- open embargoed restricted metadata-only
  license text,                        -- of this copy
  embargo_until text,                  -- the day on which its embargo ends
  is_primary integer,                  -- 1: the copy that the source puts first
  record_id integer not null           -- the record that says so (records.id)
) strict;

create table licenses (                -- licences with what they apply to
  work_id integer not null references works(id), -- the work
  position integer not null,           -- order within the work, from 0
  spdx text,                           -- SPDX identifier, where it has one
  url text,                            -- address of the licence
  applies_to text,                     -- vor am tdm unspecified
  start text,                          -- from when on
  record_id integer not null           -- the record that says so (records.id)
) strict;

create table collections (             -- OAI-PMH sets that the record is in
  work_id integer not null references works(id), -- the work
  position integer not null,           -- order within the work, from 0
  set_spec text,                       -- setSpec of the OAI-PMH set
  name text,                           -- what the repository calls it
  record_id integer not null           -- the record that says so (records.id)
) strict;

create table institutions (            -- organisations behind a work
  work_id integer not null references works(id), -- the work
  position integer not null,           -- order within the work, from 0
  name text,                           -- of the organisation
  place text,                          -- where it is
  department text,                     -- part of it
  ror text,                            -- ROR address
  role text not null,                  -- host awarding partner commissioner supporter
  record_id integer not null           -- the record that says so (records.id)
) strict;

create table details (                 -- rarer elements, one row a value: edition, place, event, degree, audience, extent, contact ...
  work_id integer not null references works(id), -- the work
  element text not null,               -- edition, place, event ...; its parts after a dot
  value text not null,                 -- as text
  record_id integer not null           -- the record that says so (records.id)
) strict;

create table value_sources (           -- which record each single value of a work came from
  work_id integer not null references works(id), -- the work
  element text not null,               -- schemas/elements.toml
  record_id integer not null,          -- the record that says so, or that a decision is about (records.id)
  rule text not null,                  -- only, precedence, longest, union ...; 'curator: NAME' where somebody decided it
  alternatives integer not null        -- how many other values lost; they stay in records
) strict;

create table completions (             -- parts of values that another record filled in: the ORCID iD of an author, an ISSN
  work_id integer not null references works(id), -- the work
  element text not null,               -- contributors, container, files, funding ...
  position integer,                    -- of the item within the work, from 0; null: the element has one value
  part text not null,                  -- orcid, given, affiliations, issn ...
  value text not null,                 -- what was filled in
  record_id integer not null           -- the record that says so (records.id)
) strict;

create table alternatives (            -- what other records of a work say of a single value, and was not believed
  work_id integer not null references works(id), -- the work
  element text not null,               -- schemas/elements.toml; abstracts are long and stay in records
  value text not null,                 -- in one line; authors for the contributors
  differs integer not null,            -- 1: in substance (year, first author, volume, issue, first page, title); 0: as it is written
  record_id integer not null           -- the record that says so (records.id)
) strict;

create table findings (                -- what a librarian may want to look at
  work_id integer not null references works(id), -- the work
  record_id integer not null,          -- the record that it was found in (records.id)
  level text not null,                 -- error, warning, info
  code text not null,                  -- schemas/vocabularies/findings.toml
  element text not null,               -- where in the record
  message text not null,               -- what was found, in words
  raw text                             -- the value as sent
) strict;

create table match_keys (              -- what identifies a record: equal keys make records candidates for one work
  key text not null,                   -- doi:..., hdl:..., pmid:..., oai:...
  record_id integer not null,          -- the record that has it (records.id)
  primary key (key, record_id)
) strict, without rowid;

create table profiles (                -- what records say of the work, as far as records are compared by it
  id integer primary key,              -- hash of the source and of what it says: records that say the same share one
  source text not null,                -- who says it (sources.name)
  issue text not null,                 -- as it is compared; '' where there is none
  features text not null               -- titles, names, year, place ... in one form, as JSON
) strict;

create table record_profiles (         -- which profile a record has
  record_id integer primary key,       -- the record (records.id)
  profile_id integer not null          -- what it says (profiles.id)
) strict;

create table blocks (                  -- what profiles have in common: those that share a key are compared
  key integer not null,                -- hash of the beginning of a title, of volume and page ...
  profile_id integer not null,         -- who has it (profiles.id)
  primary key (key, profile_id)
) strict, without rowid;

create table issue_counts (            -- how often each issue occurs in a source: numbers that hardly repeat are none
  source text not null,                -- whose (sources.name)
  issue text not null,                 -- as it is compared
  profiles integer not null,           -- how many profiles have it
  primary key (source, issue)
) strict, without rowid;

create table issue_totals (            -- the same in sum
  source text primary key,             -- whose (sources.name)
  profiles integer not null,           -- how many profiles have an issue
  issues integer not null              -- how many different issues there are
) strict;

create table likenesses (              -- what came of comparing two profiles, where they are not simply different works
  profile_id integer not null,         -- the one (profiles.id)
  other_id integer not null,           -- the other, or the same one where several records have it
  answer text not null,                -- same; unsure: for a person to decide; related: another work that has to do with it
  relation text not null,              -- of related ones: erratum, reply, part, version, preprint, supplement ...; else ''
  score real not null,                 -- sum of the weights in schemas/linking.toml
  evidence text not null,              -- names of the weights, then what overrides their sum; joined by '; '
  primary key (profile_id, other_id)
) strict, without rowid;

create table reasons (                 -- why a record is part of its work, one row a record of a work with several
  record_id integer primary key,       -- the record (records.id)
  work_id integer not null references works(id), -- the work that it describes
  rule text not null,                  -- first, the identifier that united it with another, same record, likeness, or decision
  other_record_id integer,             -- the record that it was united with; null: it is the first
  score real,                          -- of a likeness: at least `same` of schemas/linking.toml
  evidence text not null               -- of a likeness: what speaks for it; of a decision: who decided it, when and why; joined by '; '
) strict;

create table decided (                 -- what people decided about works, copied from the store; see the view decisions
  id text primary key,                 -- number of the decision, as `harvester decisions` lists it
  kind text not null,                  -- same, different, pin
  element text not null,               -- pin: whose value; else ''
  value text not null,                 -- pin: the value as people write it, '' for none; else ''
  name text not null,                  -- what it was asked for as
  reason text not null,                -- why
  decided_by text not null,            -- who
  decided text not null,               -- when (UTC): of two that contradict each other the later one holds
  state text not null,                 -- holds; undone; overruled: by a later one
  because text not null                -- undone or overruled: by whom, when and why; else ''
) strict, without rowid;

create table decided_records (         -- which records decisions are about
  decision_id text not null references decided(id), -- the decision
  source text not null,                -- who has the record
  identifier text not null,            -- as the source names it
  side integer not null,               -- same, different: 0, 1 ... for the records of each side
  primary key (decision_id, source, identifier)
) strict, without rowid;

create table pinned (                  -- values that people decided for works, in the place of what records say
  work_id integer not null references works(id), -- the work
  element text not null,               -- title, container.issn ...
  value text,                          -- as people write it; null: the work has none
  decided_by text not null,            -- who
  decided text not null,               -- when (UTC)
  reason text not null,                -- why
  decision_id text not null,           -- number of the decision (decided.id)
  record_id integer not null,          -- the record that it belongs to (records.id)
  json text not null                   -- the value for programs
) strict;

create table work_updates (            -- what happened to works after they were published, in the order of time
  work_id integer not null references works(id), -- the work
  position integer not null,           -- order within the work, from 0
  type text not null,                  -- schemas/vocabularies/updates.toml: retraction, correction, reinstatement ...
  holds integer not null,              -- 0: a reinstatement took it back, or only a title says so and a registry does not
  date text,                           -- when the notice was published
  sources text not null,               -- who says so, joined by '; ': publisher, retraction-watch, names of sources
  basis text not null,                 -- notice: somebody names it; status: only that it happened is said; title: by the title alone
  scheme text not null,                -- of the notice: doi, pmid ...; '' where nobody names it
  notice text not null,                -- identifier of the notice; the work's own where it was replaced by what it says
  notice_work_id integer,              -- the notice, where it is in this index (works.id)
  label text,                          -- what a source calls it
  record_id integer not null           -- the record that says so first (records.id); it may be one of the notice
) strict;

create table update_claims (           -- what records say of updates, as they say it: of their own work, or of another
  record_id integer not null,          -- who says it (records.id)
  type text not null,                  -- schemas/vocabularies/updates.toml
  on_notice integer not null,          -- 1: the record is the notice and names the work; 0: it is of the work
  scheme text not null,                -- of the other side
  target text not null,                -- identifier of the other side; '' where none is named
  key text not null,                   -- the same as a match key, by which the other side is found
  own_key text not null,               -- what names the record itself, as a match key
  date text,                           -- as said
  asserted_by text,                    -- as said
  label text,                          -- as said
  basis text not null                  -- notice, status or title
) strict;

create table facets (                  -- by what a work is sorted and narrowed, in one narrow row
  work_id integer primary key references works(id), -- the work
  issued text,                         -- citation date, as in works
  sort_title text not null,            -- the beginning of its title, without case, marks and leading article
  codes text not null                  -- numbers of its values (facet_values.id), joined by commas
) strict;

create table facet_values (            -- what works can be narrowed by: the view work_facets says which work has which
  id integer primary key,              -- hash of facet and value
  facet text not null,                 -- type, source, journal, year, language, subject, access
  value text not null,                 -- article, 2020, en; journals with their ISSNs before the title; subjects in lower case
  works integer not null               -- how many works have it
) strict;

create table facet_sets (              -- which works have each value, as a whole: what large results are counted by
  value integer not null,              -- the value (facet_values.id)
  block integer not null,              -- of work ids: the first is block * 65536
  works blob not null,                 -- places in the block, 2 bytes each (little endian); 8192 bytes are a bit for each place
  primary key (value, block)
) strict, without rowid;

create table redirects (               -- keys of works that were merged into another
  key text primary key,                -- the key that was given up
  work_id integer not null references works(id) -- the work that it leads to
) strict;

create table unmapped (                -- fields that no crosswalk rule maps, per record: counted in the view unmapped_fields
  record_id integer not null,          -- the record that has it (records.id)
  field text not null,                 -- path of the field in the record
  example text not null                -- one of its values
) strict;

create table curated_entries (         -- where curated records ask to stand in a listing
  work_id integer not null references works(id), -- the work
  listing text not null,               -- name of the listing in config.toml
  section text not null,               -- title of its section
  position integer,                    -- where in the section it asks to stand; null: by date
  note text,                           -- printed with the entry
  record_id integer not null           -- the record that says so (records.id)
) strict;

create table listing_items (           -- the evidence-base listing, as published
  listing text not null,               -- name of the listing in config.toml
  section text not null,               -- title of its section
  section_position integer not null,   -- 1 is the first section
  position integer not null,           -- 1 is the first entry of the section
  work_id integer not null references works(id), -- the work
  note text,                           -- printed with the entry
  reason text not null                 -- why it stands here: rule, curated entry, include, curation
) strict;

create table listed_since (            -- when the works in a listing came into it
  listing text not null,               -- name of the listing in config.toml
  work_id integer not null references works(id), -- the work
  since text not null,                 -- when it stood there first (UTC)
  primary key (listing, work_id)
) strict, without rowid;

create table news (                    -- what became of works since they came, copied from the store: one row a change
  work_id integer not null,            -- the work (works.id), or what it was
  at text not null,                    -- when it was noticed (UTC)
  what text not null,                  -- status: it changed; update: one more, which left it; copy: one that may be read now
  before text not null,                -- of a status, what it was; '' for none
  after text not null                  -- of a status, what it is; of an update its type; of a copy its version
) strict;

create table source_health (           -- copied from the store's runs at each index
  source text primary key,             -- its name in config.toml
  last_run text,                       -- when it was last harvested (UTC)
  last_complete text,                  -- when a harvest of this source last ended complete
  verdict text,                        -- how that ended: complete, incomplete or failed, with the reason
  records integer not null,            -- how many it has in the store, without deleted ones
  deleted integer not null,            -- how many it has withdrawn
  quarantined integer not null,        -- how many could not be read
  complete_through text,               -- the server's time up to which nothing is missing
  vanished integer not null            -- of the records, those that the source no longer names
) strict;

create table digests (                 -- of all that is said of a work: another one as soon as anything of it changes
  work_id integer primary key references works(id), -- the work
  digest blob not null                 -- 16 bytes
) strict;

create table provided (                -- works as the OAI-PMH provider tells of them, those that are gone too
  work_id integer primary key,         -- works.id, or what it was
  key text not null unique,            -- works.key, or what it was
  datestamp text not null,             -- when it changed, came into a set, left one, or went (UTC)
  deleted integer not null,            -- 1: it is gone, was suppressed, or was merged into another
  sets text not null,                  -- setSpecs, joined by ' ': source:spiral, listing:evidence-base, type:article
  sets_left text not null,             -- setSpecs of sets that it was in and has left
  digest blob not null                 -- as in digests, of what was told last
) strict;

create table provided_sets (           -- which works are or were in a set, in the order of their datestamps
  set_spec text not null,              -- '': everything; listing: all works that are or were in any
  datestamp text not null,             -- as in provided
  work_id integer not null,            -- the work (provided.work_id)
  primary key (set_spec, datestamp, work_id)
) strict, without rowid;
