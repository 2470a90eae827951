-- Few skills of many have findings: those are found by them, and by the content they are of.
create index skill_scans_medium on skill_scans (digest) where medium > 0 and critical = 0 and high = 0;
create index skill_scans_low on skill_scans (digest) where low > 0 and critical = 0 and high = 0 and medium = 0;
create index if not exists skill_versions_digest on skill_versions (digest);
