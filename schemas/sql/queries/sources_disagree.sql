-- Where two sources disagree: works of which they say another title, year, first author, volume, issue or first page.
-- source: name of one of the two sources; without one, of all
-- element: title, issued, contributors, volume, issue or pages; without one, each
select key, title, element, value, source, other_value, other_source, other_identifier
from disagreements
where (:source = '' or :source in (source, other_source)) and (:element = '' or element = :element)
order by key, element
