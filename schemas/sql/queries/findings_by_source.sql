-- Findings by source: what librarians may want to look at, and how often each source has it.
-- source: name of a source; without one, of all
-- level: error, warning or info; without one, each
select source, level, code, findings, example
from finding_counts
where (:source = '' or source = :source) and (:level = '' or level = :level)
order by source, findings desc, code
