//! What was agreed with departments, and what is kept no longer than that.

use serde_json::json;

use crate::folder::{Folder, data};

#[test]
fn what_is_kept_as_long_as_agreed_is_destroyed_and_leaves_its_tombstone() {
    let folder = Folder::with_pack(&data("packs/notes"));
    let file = folder.beside("便条2026-01-31.csv");
    std::fs::write(&file, "身份证号,日期,内容\n990101199001010019,2026-01-05,甲\n1,2026-01-05,乙\n").expect("written");
    let shown = file.to_str().expect("UTF-8");
    folder.ok(&["ingest", &data("files/地区代码2025-12-31.csv"), "--received", "2026-01-05"]);
    folder.ok(&["ingest", shown, "--received", "2026-02-03"]);
    let agreement = &folder.json(&["agreements"])[0];
    assert_eq!(
        (&agreement["agreement"], &agreement["feed"], &agreement["retention"], &agreement["last_received"]),
        (&json!("notes-2026"), &json!("notes"), &json!("30 days"), &json!("2026-02-03"))
    );
    assert_eq!(agreement["fields"], json!(["id_no", "note", "written_on"]));
    let listed = folder.ok(&["deliveries", "expired"]);
    assert!(listed.contains("便条2026-01-31.csv") && listed.contains("2026-03-05"), "{listed}");
    assert!(!listed.contains("地区代码"), "no agreement, no end: {listed}");
    assert_eq!(folder.json(&["refused"]).as_array().expect("an array").len(), 1);

    folder.ok(&["deliveries", "expired", "--destroy"]);
    let destroyed = &folder.json(&["deliveries"])[1]["destroyed"];
    assert_eq!(destroyed["why"], json!("retention: agreement notes-2026, 30 days after 2026-02-03"));
    assert_eq!(folder.json(&["refused", "--all"]), json!([]), "refused rows hold the same people");
    assert!(!folder.ok(&["deliveries", "expired", "--destroy"]).contains("便条"), "nothing is destroyed twice");
    assert_eq!(folder.run(&["audit", "verify"]).code, 0);
}
