//! A watched folder: what appears is taken once it is whole, nothing is moved, and a new start takes nothing twice.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::folder::{Folder, data};

struct Watcher(Child);

impl Watcher {
    fn start(folder: &Folder, inbox: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jianwei"));
        command.args(["ingest", "--watch", inbox, "--every", "1", "--data"]).arg(folder.path());
        command
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Self(command.spawn().expect("the binary runs"))
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn landed(folder: &Folder) -> Vec<String> {
    let deliveries = folder.json(&["deliveries"]);
    let lines = deliveries.as_array().expect("an array").iter();
    lines.map(|line| line["file_name"].as_str().expect("name").to_owned()).collect()
}

fn wait_for(folder: &Folder, count: usize) -> Vec<String> {
    let begun = Instant::now();
    loop {
        let names = landed(folder);
        if names.len() >= count || begun.elapsed() > Duration::from_secs(40) {
            return names;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn what_appears_is_taken_once_and_stays_where_it_is() {
    let folder = Folder::new();
    let inbox = folder.beside("inbox");
    fs::create_dir(&inbox).expect("folder");
    let shown = inbox.to_str().expect("UTF-8");
    let put = |name: &str| fs::copy(data(&format!("manifest/{name}")), inbox.join(name)).expect("copied");
    let watcher = Watcher::start(&folder, shown);
    put("地区代码2025-12-31.csv");
    fs::write(inbox.join("~$读者名册2026-05-31.csv"), "x").expect("written");
    fs::write(inbox.join("读者名册2026-05-31.csv.part"), "x").expect("written");
    assert_eq!(wait_for(&folder, 1), ["地区代码2025-12-31.csv"]);
    // A file that grows while it is looked at, from a beginning without any meaning.
    let whole = fs::read(data("manifest/读者名册2026-05-31.csv")).expect("file");
    fs::write(inbox.join("读者名册2026-05-31.csv"), &whole[..10]).expect("written");
    std::thread::sleep(Duration::from_millis(2_500));
    assert_eq!(landed(&folder).len(), 1);
    fs::write(inbox.join("读者名册2026-05-31.csv"), &whole).expect("written");
    assert_eq!(wait_for(&folder, 2).len(), 2);
    drop(watcher);
    let _again = Watcher::start(&folder, shown);
    put("逾期罚款2026-05.csv");
    assert_eq!(wait_for(&folder, 3), ["地区代码2025-12-31.csv", "读者名册2026-05-31.csv", "逾期罚款2026-05.csv"]);
    std::thread::sleep(Duration::from_millis(2_500));
    assert_eq!(landed(&folder).len(), 3, "nothing is taken twice");
    assert_eq!(fs::read_dir(&inbox).expect("folder").count(), 5, "nothing is moved");
    let ran = folder.run(&["ingest", "--watch", "/nowhere/at/all"]);
    assert_eq!((ran.code, ran.stderr.contains("unreadable-file")), (4, true), "{}", ran.stderr);
}
