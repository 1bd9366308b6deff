-- Each view's first comment line is its description in docs/database.md.

create view evidence_listing as
  -- Works as a reader wants them: title, authors, where and when published, a link, and a warning where one is due.
  select id, title, authors, type, container_title as published_in, volume, issue, pages, issued as date,
         issued_year as year, url as link, doi, update_status, is_retracted, access, sources
  from works;

create view listing as
  -- The published listing: one row an entry, in its order, ready to be printed.
  select l.listing, l.section, l.position, w.citation, w.url as link, w.title, w.issued as date, w.update_status, l.note,
         l.reason, w.id as work_id
  from listing_items l join works w on w.id = l.work_id
  order by l.listing, l.section_position, l.position;

create view authors as
  -- Everybody who wrote something here, with the number of their works and the years.
  select c.name, c.family, c.given, max(c.orcid) as orcid, count(distinct c.work_id) as works,
         min(w.issued_year) as first_year, max(w.issued_year) as last_year
  from contributors c join works w on w.id = c.work_id
  where c.role = 'author'
  group by c.name, c.family, c.given;

create view provenance as
  -- Which source said what: a row for each single value of a work, and for each part that another record filled in.
  -- element: schemas/elements.toml; `contributors[0].orcid` where another record filled in a part
  -- source: who said it; `curator: NAME` where somebody has decided it
  -- rule: how it was chosen (only, precedence, longest ...; schemas/merge.toml), `completed`, or as `source`
  -- alternatives: how many other values lost
  select v.work_id, w.title, v.element,
         case v.element
           when 'contributors' then w.authors
           when 'container' then w.container_title
           when 'abstract' then w.abstract
           when 'language' then w.language
           when 'pages' then w.pages
           when 'event' then json_extract(r.record, '$.event.name')
           when 'degree' then json_extract(r.record, '$.degree.name')
           else iif(v.rule like 'curator: %',
                    (select p.value from pinned p where p.work_id = v.work_id and p.element = v.element),
                    json_extract(r.record, '$.' || v.element))
         end as value,
         iif(v.rule like 'curator: %', v.rule, r.source) as source, r.identifier, r.format, v.rule, v.alternatives
  from value_sources v join works w on w.id = v.work_id join records r on r.id = v.record_id
  union all
  select c.work_id, w.title, c.element || coalesce('[' || c.position || ']', '') || '.' || c.part, c.value, r.source,
         r.identifier, r.format, 'completed', 0
  from completions c join works w on w.id = c.work_id join records r on r.id = c.record_id;

create view disagreements as
  -- Where the sources of a work differ in substance: title, year, first author, volume, issue, first page.
  -- source: who is believed; `curator: NAME` where somebody has decided it
  select a.work_id, w.key, w.title, a.element,
         case a.element
           when 'title' then w.title
           when 'issued' then w.issued
           when 'contributors' then w.authors
           when 'volume' then w.volume
           when 'issue' then w.issue
           when 'pages' then w.pages
         end as value,
         iif(v.rule like 'curator: %', v.rule, c.source) as source, a.value as other_value,
         r.source as other_source, r.identifier as other_identifier
  from alternatives a join works w on w.id = a.work_id join records r on r.id = a.record_id
    join value_sources v on v.work_id = a.work_id and v.element = a.element join records c on c.id = v.record_id
  where a.differs;

create view retractions as
  -- Works that were retracted, withdrawn, removed or put in doubt, as it holds now, with date, source and notice.
  -- update_status: what the work is now; a work with several updates has several rows
  -- source: who says so, joined by '; ': publisher, retraction-watch, names of sources, `curator: NAME`
  -- notice: identifier of the notice, whatever it is; `notice_doi` only where it is a DOI
  -- basis: notice (somebody names it), status (only that it happened is said), title (by the title alone)
  select w.id, w.title, w.doi, w.container_title as published_in, w.update_status, u.type, u.date, u.sources as source,
         u.notice, coalesce(n.doi, iif(u.scheme = 'doi', u.notice, null)) as notice_doi, n.title as notice_title,
         n.update_status as notice_status, u.basis
  from works w join work_updates u on u.work_id = w.id and u.holds
    left join works n on n.id = u.notice_work_id
  where u.type in ('retraction', 'withdrawal', 'removal', 'partial-retraction', 'expression-of-concern');

create view updates as
  -- Everything that happened to works after they were published: corrections, retractions, new versions, reinstatements.
  -- holds: 0 where a reinstatement took it back, or only a title says so and a registry does not
  -- source: who says so, joined by '; ': publisher, retraction-watch, names of sources, `curator: NAME`
  -- notice: identifier of the notice, whatever it is; `notice_doi` only where it is a DOI
  -- basis: notice (somebody names it), status (only that it happened is said), title (by the title alone)
  -- label: what a source calls it
  select w.id, w.title, w.doi, w.update_status, u.type, u.holds, u.date, u.sources as source, u.notice,
         coalesce(n.doi, iif(u.scheme = 'doi', u.notice, null)) as notice_doi, n.title as notice_title,
         n.update_status as notice_status, u.label, u.basis, u.notice_work_id
  from work_updates u join works w on w.id = u.work_id left join works n on n.id = u.notice_work_id
  order by u.work_id, u.position;

create view full_text as
  -- Copies that can be read, with their version and who may read them.
  select f.work_id, w.title, f.url, f.name, f.description, f.version, f.format_label, f.size_label, f.access, f.embargo_until,
         r.source
  from files f join works w on w.id = f.work_id join records r on r.id = f.record_id;

create view missing_metadata as
  -- Works with gaps that a librarian may want to fill.
  select id, key, label, sources, title is null as no_title, authors is null as no_authors, issued is null as no_date,
         doi is null as no_doi, abstract is null as no_abstract, url is null as no_link
  from works
  where title is null or authors is null or issued is null or doi is null or abstract is null or url is null;

create view repository_copies as
  -- Copies in repositories, one row a file, or a record that names none: version, who may read it, until when it is kept back.
  -- version: AO, SMUR, AM, P, VoR, CVoR or EVoR: `harvester vocabulary versions`
  -- access: open, embargoed, restricted, metadata-only; null where nobody says it
  -- deposited: the day that the repository names; null where it names none
  -- datestamp: of the OAI record
  -- has_file: 0 where the record names no file
  select r.work_id, r.id as record_id, r.source as repository, r.identifier, json_extract(f.value, '$.url') as url,
         -- as the file has it, else as the record has it
         coalesce(json_extract(f.value, '$.version'), json_extract(r.record, '$.version')) as version,
         coalesce(json_extract(f.value, '$.access'), json_extract(r.record, '$.access')) as access,
         coalesce(json_extract(f.value, '$.embargo_until'), json_extract(r.record, '$.embargo_until')) as embargo_until,
         coalesce(json_extract(f.value, '$.license'), json_extract(r.record, '$.licenses[0].spdx'),
                  json_extract(r.record, '$.licenses[0].url')) as license,
         -- the day on which it was deposited, where the repository names one
         (select min(substr(json_extract(d.value, '$.value'), 1, 10)) from json_each(r.record, '$.dates') d
          where json_extract(d.value, '$.type') = 'deposited' and length(json_extract(d.value, '$.value')) >= 10) as deposited,
         substr(r.datestamp, 1, 10) as datestamp,
         f.value is not null as has_file
  from records r join sources s on s.name = r.source left join json_each(r.record, '$.files') f
  where s.kind = 'oai_pmh' or r.identifier like 'oai:%';

create view coverage as
  -- Works that Crossref knows or a repository holds: is there an accepted version, who may read it, when was it deposited.
  -- in_crossref: 1 where a record of Crossref is harvested
  -- state: missing, or of the best copy: open, embargo over, embargoed, restricted, unknown, metadata-only, no file named
  -- accepted_version: held (the accepted manuscript or a later version), missing or unknown
  -- accepted: when it was accepted, as the records say
  -- deposit_by: three months after the acceptance
  -- deposited_in_time: 1 or 0; null where nobody can tell
  -- publisher_license: of the copy at the publisher
  with copies as (
    select *, case
             when access is null and embargo_until || substr('0000-12-31', length(embargo_until) + 1) >= date('now')
               then 'embargoed'
             when access = 'embargoed' and embargo_until || substr('0000-12-31', length(embargo_until) + 1) < date('now')
               then 'embargo over'
             when access is not null then access
             when has_file then 'unknown'
             else 'no file named'
           end as state,
           case when version in ('AM', 'P', 'VoR', 'CVoR', 'EVoR') then 1 when version in ('AO', 'SMUR') then 3 else 2
           end as place
    from repository_copies
  ), best as (  -- SQLite takes the other columns from the row that has the minimum
    select work_id, group_concat(distinct repository) as repositories, version, state, embargo_until, license, url,
           min(place * 10 + (state in ('metadata-only', 'no file named')) * 100
               + case state when 'open' then 1 when 'embargo over' then 2 when 'embargoed' then 3 when 'restricted' then 4
                 else 5 end) as place
    from copies group by work_id
  ), first as (
    select work_id, min(deposited) as deposited, min(nullif(datestamp, '')) as datestamp from copies group by work_id
  ), said as (  -- the most exact first: a day, then a month, then a year; of two the earlier one
    select work_id, substr(min((10 - length(value)) || value), 2) as value
    from dates where type = 'accepted' and value glob '[0-9][0-9][0-9][0-9]*' and length(value) in (4, 7, 10)
    group by work_id
  ), accepted as (
    select work_id, value, date(value || substr('0000-01-01', length(value) + 1)) as earliest,
           -- the last day of a month or year, where no day is named
           case length(value) when 10 then date(value) when 7 then date(value || '-01', '+1 month', '-1 day')
             else value || '-12-31' end as latest
    from said
  ), due as (  -- three months after a day, and no day of the month after (30 November: 28 February)
    select work_id, value,
           min(date(earliest, '+3 months'), date(earliest, 'start of month', '+4 months', '-1 day')) as earliest,
           min(date(latest, '+3 months'), date(latest, 'start of month', '+4 months', '-1 day')) as latest
    from accepted
  )
  select
    w.id as work_id,  -- the work
    w.key, w.doi, w.title, w.authors, w.type, w.container_title as published_in, w.issn, w.issued,  -- as in works
    exists (select 1 from records r where r.work_id = w.id and r.format = 'crossref') as in_crossref,  -- 1: Crossref knows it
    b.repositories,  -- that hold it, joined by commas; null: none does
    -- missing: in no repository. open, embargo over, embargoed, restricted, unknown: there is a copy, and who may read it.
    -- metadata-only: the repository says that it has no copy. no file named: it says nothing of one, oai_dc seldom does.
    coalesce(b.state, 'missing') as state,
    case when b.work_id is null or b.state = 'metadata-only' or b.version in ('AO', 'SMUR') then 'missing'
         when b.state = 'no file named' or b.version is null or b.version = 'NA' then 'unknown'
         else 'held' end as accepted_version,  -- held, missing, unknown: the version that was accepted, or a later one
    b.version,        -- of the best copy: AM, VoR ...; the accepted version goes before others, then what most may read
    b.embargo_until,  -- of that copy
    b.license,        -- of that copy
    b.url,            -- of that copy
    d.value as accepted,       -- when it was accepted for publication, as exactly as any record says
    f.deposited,               -- the first day on which a repository got it
    d.latest as deposit_by,    -- three months after acceptance
    case when min(coalesce(f.deposited, f.datestamp), coalesce(f.datestamp, f.deposited)) <= d.earliest then 1
         when f.deposited > d.latest or (b.work_id is null and d.latest < date('now')) then 0
         end as deposited_in_time,  -- 1, 0; null: nobody can tell. What has a datestamp of that time was there by then
    (select coalesce(l.spdx, l.url) from licenses l join records r on r.id = l.record_id
     where l.work_id = w.id and r.format = 'crossref' and coalesce(l.applies_to, 'vor') in ('vor', 'unspecified')
     order by l.position limit 1) as publisher_license,  -- of the published version, as Crossref has it
    w.update_status  -- retraction, correction ...
  from works w left join best b on b.work_id = w.id left join first f on f.work_id = w.id left join due d on d.work_id = w.id
  where b.work_id is not null or in_crossref;

create view coverage_candidates as
  -- Items of repositories without a DOI, and works of Crossref that they may be, with score and reasons. Nothing is asserted.
  -- score: sum of the weights; schemas/linking.toml says from which on it is `unsure` and `same`
  -- evidence: names of weights and vetoes of schemas/linking.toml, joined by '; '
  -- answer: unsure, same (alike, but something forbids to unite them), version or preprint
  with either as materialized (
    select record_id, work_id, other_work_id, answer, relation, score, evidence from compared
    union all
    select other_record_id, other_work_id, work_id, answer, relation, score, evidence from compared
  )
  select e.work_id, r.source as repository, r.identifier, w.title, w.authors, w.issued, o.doi as candidate_doi,
         o.title as candidate_title, o.issued as candidate_issued, o.container_title as candidate_published_in,
         max(e.score) as score,  -- of the two records that are the likest, as is the rest
         iif(e.answer = 'related', e.relation, e.answer) as answer, e.evidence, e.other_work_id as candidate_work_id
  from either e cross join works w on w.id = e.work_id cross join works o on o.id = e.other_work_id
    cross join records r on r.id = e.record_id cross join sources s on s.name = r.source
  where w.doi is null and o.doi is not null and (s.kind = 'oai_pmh' or r.identifier like 'oai:%')
    and exists (select 1 from records c where c.work_id = o.id and c.format = 'crossref')
    and (e.answer in ('unsure', 'same') or e.relation in ('version', 'preprint'))
  group by e.work_id, e.other_work_id;

create view work_facets as
  -- Which work has which value of which facet: what pages of a search narrow by.
  select f.work_id, v.facet, v.value from facets f, json_each('[' || f.codes || ']') c join facet_values v on v.id = c.value;

create view journals as
  -- Journals, books and series with the number of their works.
  select container_title as title, max(issn) as issn, count(*) as works, min(issued_year) as first_year,
         max(issued_year) as last_year
  from works where container_title is not null group by container_title;

create view joins as
  -- Which records were joined to one work, to which record of it, by what, and what spoke for it.
  -- joined_by: first, the identifier that united it with the other, same record, likeness, or decision
  -- score: of a likeness
  -- evidence: of a likeness names of weights and vetoes of schemas/linking.toml, joined by '; '; of a decision who decided it, when and why
  select r.work_id, w.title, r.source, r.identifier, r.format, r.joined_by, o.source as other_source,
         o.identifier as other_identifier, y.score, y.evidence
  from records r join works w on w.id = r.work_id left join reasons y on y.record_id = r.id
    left join records o on o.id = y.other_record_id
  where w.record_count > 1;

create view compared as
  -- Records of two works that were compared and are not simply different, one row a pair of descriptions.
  -- answer: same, unsure or related
  -- relation: of what is related: erratum, reply, part, version ...
  -- score: sum of the weights
  -- evidence: names of weights and vetoes of schemas/linking.toml, joined by '; '
  select l.answer, l.relation, l.score, l.evidence, a.id as record_id, b.id as other_record_id, a.work_id,
         b.work_id as other_work_id, a.source, b.source as other_source, a.identifier, b.identifier as other_identifier,
         a.title, b.title as other_title
  from likenesses l
    join records a on a.id = (select min(record_id) from record_profiles where profile_id = l.profile_id)
    join records b on b.id = (select max(record_id) from record_profiles where profile_id = l.other_id)
  where a.work_id <> b.work_id;

create view parted as
  -- Works that people decided to be different, both ways round.
  select distinct a.work_id, b.work_id as other_work_id
  from decided d join decided_records x on x.decision_id = d.id
    join decided_records y on y.decision_id = d.id and y.side <> x.side
    join records a on a.source = x.source and a.identifier = x.identifier
    join records b on b.source = y.source and b.identifier = y.identifier
  where d.kind = 'different' and d.state in ('holds', 'overruled in part') and a.work_id <> b.work_id;

create view review as
  -- Pairs of records that may be one work, or that something forbids to unite: for a person to decide, the likest first.
  -- score: sum of the weights
  -- evidence: names of weights and vetoes of schemas/linking.toml, joined by '; '
  -- why: unsure, or alike and yet not united, because other records of the works speak against it
  select c.record_id, c.other_record_id, c.work_id, c.other_work_id, c.source, c.other_source, c.identifier, c.other_identifier,
         c.title, c.other_title, substr(json_extract(a.record, '$.issued'), 1, 4) as year,
         substr(json_extract(b.record, '$.issued'), 1, 4) as other_year, c.score, c.evidence,
         iif(c.answer = 'same', 'united with others that speak against it', 'unsure') as why
  from compared c join records a on a.id = c.record_id join records b on b.id = c.other_record_id
  where c.answer in ('same', 'unsure')
    and not exists (select 1 from parted p where p.work_id = c.work_id and p.other_work_id = c.other_work_id)
  order by c.score desc, c.record_id, c.other_record_id;

create view decisions as
  -- What people decided about works, the newest first; `state` says whether it still applies, and if not, why not.
  -- kind: same, different or pin
  -- value: of a pin, as people write it; empty where the work is to have none
  -- state: holds; undone; overruled, by a later one; its records are gone
  -- because: who undid or overruled it, when and why
  -- works: keys of the works that it is about, as they are now
  -- named: the records that it is about, as `SOURCE IDENTIFIER`
  select d.id, d.kind, d.element, d.value, d.name, d.reason, d.decided_by, d.decided,
         case when d.state in ('undone', 'overruled') or n.present = n.records then d.state
              when n.present = 0 then 'its records are gone'
              else d.state || '; ' || (n.records - n.present) || ' of its ' || n.records || ' records gone' end as state,
         d.because, n.works, n.named
  from decided d join (
    select x.decision_id, count(distinct x.source || char(9) || x.identifier) as records,
           count(distinct r.source || char(9) || r.identifier) as present, group_concat(distinct w.key) as works,
           group_concat(distinct x.source || ' ' || x.identifier) as named
    from decided_records x left join records r on r.source = x.source and r.identifier = x.identifier
      left join works w on w.id = r.work_id
    group by x.decision_id) n on n.decision_id = d.id
  order by d.decided desc, d.id;

create view related_works as
  -- Works that have to do with another one: of much the same title, or because a source says so.
  -- relation: erratum, reply, part, version ... by their titles and types; is-preprint-of, corrects ... as a source says
  -- score: of a likeness
  -- evidence: of a likeness as in `compared`; or 'stated', by a source
  select distinct relation, work_id, other_work_id, title, other_title, score, evidence from compared where answer = 'related'
  union all
  select distinct r.type, r.work_id, b.work_id, w.title, o.title, null, 'stated'
  from relations r join match_keys k on k.key = iif(r.scheme = 'handle', 'hdl', r.scheme) || ':' || lower(r.target)
    join records b on b.id = k.record_id join works w on w.id = r.work_id join works o on o.id = b.work_id
  where b.work_id <> r.work_id and r.type not in ('cites', 'is-cited-by', 'references', 'is-referenced-by');

create view unmapped_fields as
  -- Fields that no crosswalk rule maps, per format: candidates for the next rule.
  select r.format, u.field, count(*) as records, min(u.example) as example
  from unmapped u join records r on r.id = u.record_id
  group by r.format, u.field;

create view finding_counts as
  -- How often each finding occurs, per source.
  select r.source, f.code, f.level, count(*) as findings, min(f.message) as example
  from findings f join records r on r.id = f.record_id
  group by r.source, f.code, f.level;
