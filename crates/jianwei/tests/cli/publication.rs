//! Files that are made for everyone: what must not stand in them is found, and never said.

use rust_xlsxwriter::Workbook;
use serde_json::Value;

use crate::folder::{Folder, Ran, data, jianwei};

fn lint(folder: &Folder, name: &str, bytes: &[u8]) -> Ran {
    let path = folder.beside(name);
    std::fs::write(&path, bytes).expect("written");
    let path = path.to_str().expect("UTF-8");
    jianwei(["lint-publication", path, "--format", "json", "--pack", &data("packs/tiny"), &data("packs/served")])
}

fn found(ran: &Ran) -> Vec<(String, u64, u64)> {
    let lines: Vec<Value> = serde_json::from_str(&ran.stdout).expect("JSON");
    let of = |line: &Value| {
        let number = |name: &str| line[name].as_u64().expect("a number");
        (line["kind"].as_str().expect("a kind").to_owned(), number("row"), number("column"))
    };
    lines.iter().map(of).collect()
}

#[test]
fn what_must_not_be_published_is_found_where_it_stands() {
    let folder = Folder::new();
    let found_in = |bytes: &[u8]| {
        let ran = lint(&folder, "list.csv", bytes);
        assert_eq!(ran.code, i32::from(!found(&ran).is_empty()), "{}{}", ran.stdout, ran.stderr);
        for secret in ["990101199001010019", "13900000000", "1963"] {
            assert!(!ran.stdout.contains(secret) && !ran.stderr.contains(secret), "{}", ran.stdout);
        }
        found(&ran)
    };
    let one = |kind: &str, row: u64, column: u64| vec![(kind.to_owned(), row, column)];
    for (cells, expected) in [
        ("2,好", Vec::new()),
        ("2,990101199001010019", one("code", 2, 3)),
        ("2,\"电话 139 0000 0000\"", one("code", 2, 3)),
        ("2,1963年2月13日", one("old_date", 2, 3)),
        ("2,2026-02-13", Vec::new()),
        ("2,头疼", one("word", 2, 3)),
        ("2,HeadAche", one("word", 2, 3)),
        ("2,和平路3号楼", one("word", 2, 3)),
        ("2,和平路", Vec::new()),
    ] {
        let file = format!("书名,册数,备注\n红楼梦,{cells}\n");
        assert_eq!(found_in(file.as_bytes()), expected, "{cells}");
    }
    // A title above the header; a column that no list names.
    assert_eq!(found_in("公示\n书名,读者\n红楼梦,甲\n".as_bytes()), one("column", 2, 2));
    // Another separator, another encoding: the title with a blank in GB18030.
    assert_eq!(found_in("书名;备注\n红楼梦;13900000000\n".as_bytes()), one("code", 2, 2));
    assert_eq!(found_in(b"\xca\xe9 \xc3\xfb,title\nx,13900000000\n"), one("code", 2, 2));
}

#[test]
fn a_hidden_sheet_is_looked_into() {
    let folder = Folder::new();
    let mut book = Workbook::new();
    for (name, cell) in [("公示", "好"), ("底表", "99010119700707003X")] {
        let sheet = book.add_worksheet();
        sheet.set_name(name).expect("a name").write(0, 0, "书名").expect("written");
        sheet.write(0, 1, "备注").expect("written").write(1, 1, cell).expect("written");
        sheet.set_hidden(name == "底表");
    }
    let ran = lint(&folder, "list.xlsx", &book.save_to_buffer().expect("a workbook"));
    assert_eq!(ran.code, 1);
    assert_eq!(found(&ran), [("hidden_sheet".to_owned(), 1, 1), ("code".to_owned(), 2, 2)]);
    let ran = lint(&folder, "list.txt", b"PK\x03\x04 not a workbook");
    assert_eq!(ran.code, 4, "{}", ran.stderr);
}
