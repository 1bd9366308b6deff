-- Pairs to review: records that may be one work, the likest first, with what speaks for it; `harvester decide` says it.
-- source: name of one of the two sources; without one, of all
select score, title, other_title, year, other_year, source, identifier, other_source, other_identifier, evidence, why
from review
where :source = '' or :source in (source, other_source)
order by score desc, identifier, other_identifier
