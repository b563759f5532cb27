-- The one definition of reporting status and scores (definitions.md, Scores). Every page and command reads these.
-- $lake stands for the lake's name; as_of bounds what is known: nothing received after it counts.

CREATE OR REPLACE TEMP MACRO in_force(as_of) AS TABLE
SELECT dataset, reporter, period, submission_id, version, verdict, received_at, rows_accepted, rows_quarantined
FROM $lake.quality.verdict
WHERE counts AND verdict IN ('accepted', 'partly_accepted') AND received_at <= as_of
QUALIFY row_number() OVER (PARTITION BY dataset, reporter, period ORDER BY version DESC) = 1;

CREATE OR REPLACE TEMP MACRO reporting_status(as_of) AS TABLE
WITH heard AS (
    SELECT
        dataset, reporter, period,
        min(received_at) FILTER (verdict IN ('accepted', 'partly_accepted')) AS first_good_at,
        max_by(submission_id, version) AS newest_id,
        max_by(verdict, version) AS newest_verdict
    FROM $lake.quality.verdict
    WHERE received_at <= as_of
    GROUP BY ALL
)
SELECT
    o.dataset, o.reporter, o.period, o.period_start, o.due_at,
    CASE
        WHEN h.first_good_at <= o.due_at THEN 'on_time'
        WHEN h.first_good_at IS NOT NULL THEN 'late'
        WHEN h.newest_id IS NOT NULL THEN 'rejected'
        WHEN o.due_at <= as_of THEN 'missing'
        ELSE 'pending'
    END AS status,
    h.first_good_at AS received_at,
    CASE
        WHEN h.first_good_at <= o.due_at OR (h.first_good_at IS NULL AND o.due_at > as_of) THEN 0
        ELSE greatest(1, date_diff('day', o.due_at::DATE, coalesce(h.first_good_at, as_of)::DATE))
    END AS days_late,
    coalesce(f.submission_id, h.newest_id) AS submission_id,
    coalesce(f.verdict, h.newest_verdict) AS verdict
FROM $lake.marts.obligation o
LEFT JOIN heard h USING (dataset, reporter, period)
LEFT JOIN in_force(as_of) f USING (dataset, reporter, period);

CREATE OR REPLACE TEMP MACRO score_items(as_of) AS TABLE
WITH expected AS (
    SELECT * FROM reporting_status(as_of)
    WHERE due_at <= as_of AND due_at > as_of - INTERVAL 365 DAY
),
by_principle AS (
    SELECT
        r.submission_id, r.principle,
        100 * sum(w.weight * r.score) / sum(w.weight) AS score
    FROM $lake.quality.result r
    JOIN (VALUES ('error', 3), ('warning', 1)) w(severity, weight) USING (severity)
    WHERE r.score IS NOT NULL AND r.rule <> 'timeliness'
    GROUP BY ALL
),
pivoted AS (
    SELECT
        submission_id,
        max(score) FILTER (principle = 'dung') AS dung,
        max(score) FILTER (principle = 'du') AS du,
        max(score) FILTER (principle = 'sach') AS sach,
        max(score) FILTER (principle = 'thong_nhat') AS thong_nhat,
        max(score) FILTER (principle = 'dung_chung') AS dung_chung
    FROM by_principle
    GROUP BY submission_id
)
SELECT
    e.dataset, e.reporter, e.period, e.due_at, f.submission_id,
    p.dung,
    coalesce(p.du, CASE WHEN f.submission_id IS NULL THEN 0 END) AS du,
    p.sach,
    CASE WHEN e.status = 'on_time' THEN 100 ELSE 0 END::DOUBLE AS song,
    p.thong_nhat,
    p.dung_chung
FROM expected e
LEFT JOIN in_force(as_of) f USING (dataset, reporter, period)
LEFT JOIN pivoted p ON p.submission_id = f.submission_id;

-- One row: the plain means over items with a defined score, and how many items each mean stands on.
CREATE OR REPLACE TEMP MACRO score_summary(as_of, wanted_unit, wanted_dataset) AS TABLE
SELECT
    avg(dung) AS dung, count(dung) AS dung_items,
    avg(du) AS du, count(du) AS du_items,
    avg(sach) AS sach, count(sach) AS sach_items,
    avg(song) AS song, count(song) AS song_items,
    avg(thong_nhat) AS thong_nhat, count(thong_nhat) AS thong_nhat_items,
    avg(dung_chung) AS dung_chung, count(dung_chung) AS dung_chung_items,
    count(*) AS items
FROM score_items(as_of)
WHERE (wanted_unit IS NULL OR reporter = wanted_unit) AND (wanted_dataset IS NULL OR dataset = wanted_dataset);
