-- The one definition of reporting status and scores (definitions.md, Scores). Every page and command reads these.
-- $lake stands for the lake's name; as_of bounds what is known: nothing received or decided after it counts.

-- Every version received by then: whether it counts, what a good one waits for, and whether it was given up.
CREATE OR REPLACE TEMP MACRO versions(as_of) AS TABLE
SELECT
    v.dataset, v.reporter, v.period, v.submission_id, v.version, v.verdict, v.received_at,
    v.rows_accepted, v.rows_quarantined,
    v.verdict IN ('accepted', 'partly_accepted') AS good,
    coalesce(s.returned_at <= as_of, false) AS returned,
    coalesce(s.withdrawn_at <= as_of, false) AS withdrawn,
    s.returned_at, s.approved_at,
    CASE
        WHEN s.needs_confirmation AND NOT coalesce(s.confirmed_at <= as_of, false) THEN 'confirmation'
        WHEN s.needs_approval AND NOT coalesce(s.approved_at <= as_of, false) THEN 'approval'
        WHEN s.held_from IS NOT NULL AND NOT coalesce(s.held_until <= as_of, false) THEN 'reopening'
    END AS waits_for,
    s.submission_id IS NOT NULL OR v.counts AS allowed
FROM $lake.quality.verdict v
LEFT JOIN $standing s USING (submission_id)
WHERE v.received_at <= as_of;

CREATE OR REPLACE TEMP MACRO in_force(as_of) AS TABLE
SELECT dataset, reporter, period, submission_id, version, verdict, received_at, rows_accepted, rows_quarantined,
    approved_at
FROM versions(as_of)
WHERE good AND allowed AND waits_for IS NULL AND NOT returned AND NOT withdrawn
QUALIFY row_number() OVER (PARTITION BY dataset, reporter, period ORDER BY version DESC) = 1;

CREATE OR REPLACE TEMP MACRO reporting_status(as_of) AS TABLE
WITH heard AS (
    SELECT
        dataset, reporter, period,
        -- A version that waits was reported all the same; one that was withdrawn never was.
        min(received_at) FILTER (good AND NOT returned) AS first_good_at,
        max_by(submission_id, version) AS newest_id,
        max_by(verdict, version) AS newest_verdict,
        max_by(CASE WHEN good AND NOT returned THEN coalesce(waits_for, '') ELSE '' END, version) AS waits_for,
        max_by(CASE WHEN returned THEN returned_at END, version) AS returned_at
    FROM versions(as_of)
    WHERE NOT withdrawn
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
    coalesce(f.verdict, h.newest_verdict) AS verdict,
    nullif(h.waits_for, '') AS waits_for,
    f.approved_at,
    h.returned_at
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
    LEFT JOIN $explained x
        ON x.submission_id = r.submission_id AND x.rule = r.rule AND r.severity = 'warning' AND x.accepted_at <= as_of
    -- A warning whose explanation was accepted stays visible and no longer lowers the score.
    WHERE r.score IS NOT NULL AND r.rule <> 'timeliness' AND x.rule IS NULL
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
    CASE WHEN e.status = 'on_time' AND f.submission_id IS NOT NULL THEN 100 ELSE 0 END::DOUBLE AS song,
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
