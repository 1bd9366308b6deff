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
  -- `curator: NAME`: somebody has decided it.
  select v.work_id, w.title, v.element,
         case iif(v.rule like 'curator: %', '', v.element)
           when '' then (select json_extract(p.value, '$') from pinned p where p.work_id = v.work_id and p.element = v.element)
           when 'contributors' then w.authors
           when 'container' then w.container_title
           when 'abstract' then w.abstract
           when 'language' then w.language
           when 'event' then json_extract(r.record, '$.event.name')
           when 'degree' then json_extract(r.record, '$.degree.name')
           else json_extract(r.record, '$.' || v.element)
         end as value,
         iif(v.rule like 'curator: %', v.rule, r.source) as source, r.identifier, r.format, v.rule, v.alternatives
  from value_sources v join works w on w.id = v.work_id join records r on r.id = v.record_id
  union all
  select c.work_id, w.title, c.element || coalesce('[' || c.position || ']', '') || '.' || c.part, c.value, r.source,
         r.identifier, r.format, 'completed', 0
  from completions c join works w on w.id = c.work_id join records r on r.id = c.record_id;

create view disagreements as
  -- Where the sources of a work differ in substance: title, year, first author, volume, issue, first page.
  select a.work_id, w.key, w.title, a.element,
         case a.element
           when 'title' then w.title
           when 'issued' then w.issued
           when 'contributors' then w.authors
           when 'volume' then w.volume
           when 'issue' then w.issue
           when 'pages' then w.pages
         end as value,
         c.source, a.value as other_value, r.source as other_source, r.identifier as other_identifier
  from alternatives a join works w on w.id = a.work_id join records r on r.id = a.record_id
    join value_sources v on v.work_id = a.work_id and v.element = a.element join records c on c.id = v.record_id
  where a.differs;

create view retractions as
  -- Works that were retracted, withdrawn, removed or put in doubt, as it holds now, with date, source and notice.
  select w.id, w.title, w.doi, w.container_title as published_in, w.update_status, u.type, u.date, u.sources as source,
         u.notice, coalesce(n.doi, iif(u.scheme = 'doi', u.notice, null)) as notice_doi, n.title as notice_title, u.basis
  from works w join work_updates u on u.work_id = w.id and u.holds
    left join works n on n.id = u.notice_work_id
  where u.type in ('retraction', 'withdrawal', 'removal', 'partial-retraction', 'expression-of-concern');

create view updates as
  -- Everything that happened to works after they were published: corrections, retractions, new versions, reinstatements.
  select w.id, w.title, w.doi, w.update_status, u.type, u.holds, u.date, u.sources as source, u.notice,
         coalesce(n.doi, iif(u.scheme = 'doi', u.notice, null)) as notice_doi, n.title as notice_title, u.label, u.basis,
         u.notice_work_id
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

create view journals as
  -- Journals, books and series with the number of their works.
  select container_title as title, max(issn) as issn, count(*) as works, min(issued_year) as first_year,
         max(issued_year) as last_year
  from works where container_title is not null group by container_title;

create view joins as
  -- Which records were joined to one work, to which record of it, by what, and what spoke for it.
  select r.work_id, w.title, r.source, r.identifier, r.format, r.joined_by, o.source as other_source,
         o.identifier as other_identifier, y.score, y.evidence
  from records r join works w on w.id = r.work_id left join reasons y on y.record_id = r.id
    left join records o on o.id = y.other_record_id
  where w.record_count > 1;

create view compared as
  -- Records of two works that were compared and are not simply different, one row a pair of descriptions.
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
  select d.id, d.kind, d.element, d.value, d.name, d.reason, d.decided_by, d.decided,
         case when d.state in ('undone', 'overruled') or n.present = n.records then d.state
              when n.present = 0 then 'its records are gone'
              else d.state || '; ' || (n.records - n.present) || ' of its ' || n.records || ' records are gone' end as state,
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
  -- Works that have to do with another one of much the same title: erratum, reply, part, version ...
  select distinct relation, work_id, other_work_id, title, other_title, score, evidence from compared where answer = 'related';

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
