//! Packs begun and packs read: `jianwei new` and `jianwei docs`.

use std::fs;
use std::path::Path;

use crate::folder::{data, jianwei};

fn text_of(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

#[test]
fn beginnings_pass_the_check_and_their_tests() {
    let temporary = tempfile::tempdir().expect("a folder");
    let (dir, pack) = (temporary.path(), temporary.path().join("取暖"));
    let (dir, pack) = (text_of(dir), text_of(&pack));
    let steps: [&[&str]; 4] = [
        &["new", "pack", "取暖", "--dir", dir],
        &["new", "feed", "燃料销售", "--pack", pack, "--columns", "品种:text, 销售日期:date, 金额:money"],
        &["new", "feature", "fuel_bought", "--pack", pack, "--from", "燃料销售"],
        &["new", "model", "H01", "--pack", pack, "--feature", "fuel_bought"],
    ];
    for step in steps {
        let ran = jianwei(step);
        assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{step:?}\n{}", ran.stderr);
        let checked = jianwei(["check", pack, "--format", "json"]);
        assert_eq!((checked.code, checked.stdout.trim()), (0, "[]"), "not even a warning after {step:?}");
    }
    let tested = jianwei(["test", pack]);
    assert!(tested.stdout.ends_with(" passed, 0 failed\n"), "{}", tested.stdout);
    assert!(fs::read_to_string(Path::new(pack).join("models/H01-fuel-bought.yaml")).is_ok());
    // The base pack is the one of this repository, byte for byte.
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/base/pack.yaml");
    assert_eq!(fs::read(Path::new(dir).join("base/pack.yaml")).ok(), fs::read(base).ok());
    // Nothing is written over, and a second pack finds the base there.
    for step in &steps[1..] {
        let ran = jianwei(*step);
        assert_eq!(ran.code, 3, "{step:?}");
        assert!(ran.stderr.contains("exists"), "{}", ran.stderr);
    }
    assert_eq!(jianwei(["new", "pack", "second", "--dir", dir]).code, 0);
    for (step, code) in [
        (["new", "pack", "a/b", "--dir", dir].as_slice(), "bad-name"),
        (&["new", "pack", "base", "--dir", dir], "bad-name"),
        (&["new", "feed", "f", "--pack", pack, "--of", "nobody"], "unknown-kind"),
        (&["new", "feed", "f", "--pack", pack, "--columns", "a:money"], "no-date"),
        (&["new", "feature", "x", "--pack", pack, "--from", "nothing"], "unknown-feed"),
        (&["new", "model", "H02", "--pack", pack, "--feature", "nothing"], "unknown-feature"),
    ] {
        let ran = jianwei(step);
        assert_eq!(ran.code, 3, "{step:?} {}", ran.stderr);
        assert!(ran.stderr.contains(code), "{}", ran.stderr);
    }
}

#[test]
fn of_a_beginning_with_a_mistake_nothing_is_left() {
    let temporary = tempfile::tempdir().expect("a folder");
    let pack = temporary.path().join("rides");
    let folder = text_of(&pack);
    assert_eq!(jianwei(["new", "pack", "rides", "--dir", text_of(temporary.path())]).code, 0);
    let ran = jianwei(["new", "feed", "rides", "--pack", folder, "--columns", "day:date,km:decimal"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{}", ran.stderr);
    assert!(ran.stderr.contains("JW0107") && ran.stderr.contains("number(2)"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("已写入") && !pack.join("feeds/rides.yaml").exists(), "{}", ran.stderr);
    // What was mistaken does not stand in the way of the next.
    let feed = ["new", "feed", "rides", "--pack", folder, "--columns", "day:date,km:number(2)"];
    assert_eq!(jianwei(feed).code, 0);
    assert_eq!(jianwei(["new", "feature", "km_far", "--pack", folder, "--from", "rides"]).code, 0);
    let path = pack.join("features/km_far.yaml");
    let text = fs::read_to_string(&path).expect("a feature").replace("count(*)", "max(km)");
    fs::write(&path, text + "  unit: 公里\n").expect("a feature");
    let ran = jianwei(["new", "model", "R01", "--pack", folder, "--feature", "km_far"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(fs::read_to_string(pack.join("parameters.yaml")).expect("lines").contains("type: number(2)"));
    assert!(jianwei(["test", folder]).stdout.ends_with(" passed, 0 failed\n"));
}

#[test]
fn a_line_goes_with_what_it_is_compared_with() {
    let temporary = tempfile::tempdir().expect("a folder");
    let pack = temporary.path().join("lines");
    let (dir, folder) = (text_of(temporary.path()), text_of(&pack));
    assert_eq!(jianwei(["new", "pack", "lines", "--dir", dir]).code, 0);
    let feed = ["new", "feed", "bills", "--pack", folder, "--columns", "day:date,amount:money,kind:text"];
    assert_eq!(jianwei(feed).code, 0);
    for (name, value) in [
        ("total", "sum(amount)"),
        ("largest", "max(amount)"),
        ("mean", "avg(amount)"),
        ("kinds", "count(distinct kind)"),
    ] {
        let begun = jianwei(["new", "feature", name, "--pack", folder, "--from", "bills"]);
        assert_eq!(begun.code, 0, "{}", begun.stderr);
        let path = pack.join(format!("features/{name}.yaml"));
        let text = fs::read_to_string(&path).expect("a feature").replace("count(*)", value);
        fs::write(&path, text).expect("a feature");
        let ran = jianwei(["new", "model", &format!("M-{name}"), "--pack", folder, "--feature", name]);
        assert_eq!(ran.code, 0, "{name}: {}", ran.stderr);
    }
    assert!(jianwei(["test", folder]).stdout.ends_with(" passed, 0 failed\n"));
    let text = jianwei(["new", "feature", "word", "--pack", folder, "--from", "bills"]);
    assert_eq!(text.code, 0);
    let path = pack.join("features/word.yaml");
    fs::write(&path, fs::read_to_string(&path).expect("a feature").replace("count(*)", "last(kind)"))
        .expect("a feature");
    let ran = jianwei(["new", "model", "M9", "--pack", folder, "--feature", "word"]);
    assert!(ran.code == 3 && ran.stderr.contains("no-line"), "{}", ran.stderr);
}

#[test]
fn a_dossier_stands_alone_and_says_everything() {
    let ran = jianwei(["docs", &data("packs/counted")]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let page = ran.stdout;
    for part in ["阅览室统计", "Reading room in numbers", "fined_share", ":most_fines", "逾期罚款", "an example"]
    {
        assert!(page.contains(part), "no {part}");
    }
    let ran = jianwei(["docs", &data("packs/tiny")]);
    let page = ran.stdout;
    for part in
        ["id=\"model-T01\"", "fined &gt;= :fine_line", "刚好到线", "2026-01-01 起", "身份证号", "<svg", "@media print"]
    {
        assert!(page.contains(part), "no {part}");
    }
    for outside in ["<script", "http://", "https://", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}: a dossier needs nothing from elsewhere");
    }
    let temporary = tempfile::tempdir().expect("a folder");
    let out = temporary.path().join("tiny.html");
    let ran = jianwei(["docs", &data("packs/tiny"), "--out", text_of(&out)]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""));
    assert_eq!(fs::read_to_string(&out).expect("the page"), page);
    assert_eq!(jianwei(["docs", &data("packs/broken")]).code, 1);
}

#[test]
fn what_a_pack_says_never_becomes_markup() {
    let temporary = tempfile::tempdir().expect("a folder");
    let pack = temporary.path().join("tiny");
    copy(Path::new(env!("CARGO_MANIFEST_DIR")).join(data("packs/tiny")).as_path(), &pack);
    let hostile = "<script>alert(1)</script>";
    for (file, old) in [
        ("pack.yaml", "阅览室"),
        ("models/T01-fines.yaml", "罚款过多"),
        ("models/T01-fines.yaml", "刚好到线"),
        ("features/fines.yaml", "本年罚款"),
        ("parameters.yaml", "提醒线"),
        ("feeds/fines.yaml", "文化馆"),
    ] {
        let path = pack.join(file);
        let text = fs::read_to_string(&path).expect(file);
        assert!(text.contains(old), "{file} says {old}");
        fs::write(&path, text.replacen(old, &format!("'{hostile}'"), 1)).expect(file);
    }
    let ran = jianwei(["docs", text_of(&pack)]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(!ran.stdout.contains("<script"), "escaped wherever it stands");
    assert!(ran.stdout.matches("&lt;script&gt;").count() >= 6);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).expect("a copy");
        }
    }
}
