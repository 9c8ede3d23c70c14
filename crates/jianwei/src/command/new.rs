//! `jianwei new pack|feed|feature|model`: beginnings that pass `jianwei check` at once.

use std::path::{Path, PathBuf};

use ::pack::Programme;
use ::pack::programme::{Feature, Shape};
use clap::Subcommand;
use types::{Type, Unit};

use crate::context::{Context, name_of};
use crate::exit::Exit;
use crate::failure::Failure;

include!(concat!(env!("OUT_DIR"), "/base_pack.rs"));

const PACK: &str = include_str!("../scaffold/pack.yaml");
const README: &str = include_str!("../scaffold/README.md");
const FEED: &str = include_str!("../scaffold/feed.yaml");
const FEATURE: &str = include_str!("../scaffold/feature.yaml");
const MODEL: &str = include_str!("../scaffold/model.yaml");
const PARAMETER: &str = include_str!("../scaffold/parameter.yaml");

/// Where the lines of a pack's models stand.
const PARAMETERS: &str = "parameters.yaml";

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to begin.
    #[command(subcommand)]
    what: What,
}

/// What to begin.
#[derive(Debug, Subcommand)]
enum What {
    /// A pack, and the base pack beside it where there is none.
    #[command(about = "新建业务包；旁边没有 base 时一并写出 | a pack, with the base pack beside it")]
    Pack {
        /// Its id, the folder's name.
        #[arg(value_name = "ID", help = "编号，也是文件夹名 | its id, the folder's name")]
        id: String,
        /// Where.
        #[arg(long, value_name = "DIR", default_value = ".", help = "放在哪个文件夹下 | the folder to put it in")]
        dir: PathBuf,
    },
    /// A feed.
    #[command(about = "新建数据源 | a feed")]
    Feed {
        /// Its name.
        #[arg(value_name = "NAME", help = "名称 | its name")]
        name: String,
        /// The pack.
        #[arg(long, value_name = "DIR", default_value = ".", help = "业务包文件夹 | the pack folder")]
        pack: PathBuf,
        /// What its rows are about.
        #[arg(
            long,
            value_name = "KIND",
            default_value = "person",
            help = "行说的是哪类对象 | what its rows are about"
        )]
        of: String,
        /// Its other columns.
        #[arg(
            long,
            value_name = "NAME:TYPE,…",
            default_value = "happened_on:date,amount:money",
            help = "其他列，第一列日期作发生日期 | its other columns; the first date is when it happened"
        )]
        columns: String,
    },
    /// A feature.
    #[command(about = "新建特征 | a feature")]
    Feature {
        /// Its name.
        #[arg(value_name = "NAME", help = "名称 | its name")]
        name: String,
        /// The pack.
        #[arg(long, value_name = "DIR", default_value = ".", help = "业务包文件夹 | the pack folder")]
        pack: PathBuf,
        /// The feed.
        #[arg(long, value_name = "FEED", help = "取自哪个数据源 | the feed it is made from")]
        from: String,
        /// The subject.
        #[arg(
            long,
            value_name = "KIND",
            help = "哪类对象，默认数据源关联的那类 | of what; the feed's link when not given"
        )]
        of: Option<String>,
    },
    /// A model, its line and its tests.
    #[command(about = "新建模型，连同参数和测试 | a model, with its line and its tests")]
    Model {
        /// Its id.
        #[arg(value_name = "ID", help = "编号，例如 H01 | its id, such as H01")]
        id: String,
        /// The pack.
        #[arg(long, value_name = "DIR", default_value = ".", help = "业务包文件夹 | the pack folder")]
        pack: PathBuf,
        /// The feature it compares.
        #[arg(long, value_name = "NAME", help = "比较哪个特征 | the feature it compares")]
        feature: String,
    },
}

/// Writes what was asked for, never over what is there, and checks the pack.
pub fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    match &args.what {
        What::Pack { id, dir } => pack(id, dir, context),
        What::Feed { name, pack, of, columns } => feed(name, pack, of, columns, context),
        What::Feature { name, pack, from, of } => feature(name, pack, from, of.as_deref(), context),
        What::Model { id, pack, feature } => model(id, pack, feature, context),
    }
}

fn pack(id: &str, dir: &Path, context: &Context) -> Result<Exit, Failure> {
    let is_legal = id.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    if !is_legal || id.is_empty() || id == "base" {
        return Err(Failure::refused(
            "bad-name",
            format!("`{id}` 不能作业务包编号"),
            format!("`{id}` cannot be the id of a pack"),
        )
        .hint("只用文字、数字、`-` 和 `_`", "letters, digits, `-` and `_` only"));
    }
    let folder = dir.join(id);
    let today = context.first_caller()?.today.to_string();
    let fill = |text: &str| text.replace("@ID@", id).replace("@TODAY@", &today);
    if !dir.join("base").is_dir() {
        for (path, bytes) in BASE {
            write(&dir.join("base").join(path), bytes, context)?;
        }
    }
    write(&folder.join("pack.yaml"), fill(PACK).as_bytes(), context)?;
    write(&folder.join("README.md"), fill(README).as_bytes(), context)?;
    check(&folder, context)
}

fn feed(name: &str, pack: &Path, of: &str, columns: &str, context: &Context) -> Result<Exit, Failure> {
    let programme = programme(pack)?;
    let Some(Shape::Members { key, key_name, key_class, .. }) =
        programme.registers.get(of).map(|register| &register.shape)
    else {
        let known: Vec<&str> = programme
            .registers
            .values()
            .filter(|register| matches!(register.shape, Shape::Members { .. }))
            .map(|register| register.name.as_str())
            .collect();
        let (zh, en) = unknown("对象类别", "kind of subject", of, &known);
        return Err(Failure::refused("unknown-kind", zh, en));
    };
    let class = if key_class.is_masked() { "sensitive" } else { "internal" };
    let mut lines = vec![format!("  {key_name}: {{type: {}, class: {class}}}", key.word())];
    let mut valid = None;
    for column in columns.split(',').map(str::trim).filter(|column| !column.is_empty()) {
        let (column, ty) = column.split_once(':').unwrap_or((column, "text"));
        let (column, ty) = (column.trim(), ty.trim());
        if valid.is_none() && matches!(ty, "date" | "month" | "year") {
            valid = Some(column.to_owned());
        }
        lines.push(format!("  {column}: {{type: {ty}, alias: []}}"));
    }
    let valid = valid.ok_or_else(|| {
        Failure::refused(
            "no-date",
            "列里没有日期：写 `--columns 名称:date,…`",
            "no column is a date: write `--columns name:date,…`",
        )
    })?;
    let text = FEED
        .replace("@NAME@", name)
        .replace("@VALID@", &valid)
        .replace("@KIND@", of)
        .replace("@KEY@", key_name)
        .replace("@COLUMNS@", &lines.join("\n"));
    write_checked(pack, &[(format!("feeds/{name}.yaml"), text)], context)
}

fn feature(name: &str, pack: &Path, from: &str, of: Option<&str>, context: &Context) -> Result<Exit, Failure> {
    let programme = programme(pack)?;
    let Some(feed) = programme.feeds.get(from) else {
        let known: Vec<&str> = programme.feeds.keys().map(String::as_str).collect();
        let (zh, en) = unknown("数据源", "feed", from, &known);
        return Err(Failure::refused("unknown-feed", zh, en));
    };
    let links: Vec<&String> = feed.links.keys().collect();
    let Some(first) = links.first() else {
        return Err(Failure::refused(
            "no-link",
            format!("数据源 `{from}` 没有关联"),
            format!("the feed `{from}` links to nothing"),
        ));
    };
    let kind = of.unwrap_or(first);
    // Where more than one link could lead there, the feature says which.
    let via = match links.as_slice() {
        [_] => String::new(),
        _ if links.iter().any(|link| *link == kind) => format!("  via: {kind}\n"),
        _ => format!("  via: {first}\n"),
    };
    let text = FEATURE.replace("@NAME@", name).replace("@KIND@", kind).replace("@FEED@", from).replace("@VIA@", &via);
    write_checked(pack, &[(format!("features/{name}.yaml"), text)], context)
}

fn model(id: &str, pack: &Path, feature: &str, context: &Context) -> Result<Exit, Failure> {
    let programme = programme(pack)?;
    let Some(found) = programme.features.iter().rev().find(|found| found.name == feature) else {
        let known: Vec<&str> = programme.features.iter().map(|found| found.name.as_str()).collect();
        let (zh, en) = unknown("特征", "feature", feature, &known);
        return Err(Failure::refused("unknown-feature", zh, en));
    };
    let Some((ty, at, below)) = line_of(found) else {
        return Err(Failure::refused(
            "no-line",
            format!("特征 `{feature}` 的类型是 `{}`，没有预警线可比", found.ty.word()),
            format!("the feature `{feature}` is of type `{}`: there is no line to compare it with", found.ty.word()),
        ));
    };
    let line = format!("{}_line", id.to_lowercase().replace('-', "_"));
    let absent = format!("  - {{name: 没有数, given: {{{feature}: null, ':{line}': {at}}}, expect: clear}}\n");
    let year = context.first_caller()?.today.year();
    let fill = |text: &str| {
        text.replace("@GUARD@", if found.may_be_absent { "@FEATURE@ is not null and " } else { "" })
            .replace("@ABSENT@", if found.may_be_absent { &absent } else { "" })
            .replace("@ID@", id)
            .replace("@KIND@", &found.kind)
            .replace("@FEATURE@", feature)
            .replace("@LINE@", &line)
            .replace("@TYPE@", ty)
            .replace("@AT@", at)
            .replace("@BELOW@", below)
            .replace("@YEAR@", &year.to_string())
    };
    let slug = feature.replace('_', "-");
    let parameters = pack.join(PARAMETERS);
    let mut known = match std::fs::read_to_string(&parameters) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Failure::unreadable(&parameters, &error)),
    };
    if programme.parameters.contains_key(&line) {
        return Err(exists(&format!(":{line}")));
    }
    if !known.is_empty() && !known.ends_with('\n') {
        known.push('\n');
    }
    known.push_str(&fill(PARAMETER));
    let written = [(format!("models/{id}-{slug}.yaml"), fill(MODEL)), (PARAMETERS.to_owned(), known)];
    write_checked(pack, &written, context)
}

/// The types of plain numbers, by decimals.
const NUMBERS: [&str; 6] = ["integer", "number(1)", "number(2)", "number(3)", "number(4)", "number(5)"];

/// Type of a line for the feature, a value at it and one below it.
fn line_of(feature: &Feature) -> Option<(&'static str, &'static str, &'static str)> {
    let unit = match feature.ty {
        Type::INTEGER => return Some(("integer", "3", "2")),
        Type::Number { unit: Unit::None, scale } if let Some(ty) = NUMBERS.get(usize::from(scale)) => {
            return Some((ty, "10", "9.9"));
        }
        Type::Number { unit, .. } | Type::Real { unit } => unit,
        _ => return None,
    };
    Some(match unit {
        Unit::Yuan => ("money", "100", "99.99"),
        Unit::Mu => ("area", "10", "9.999"),
        Unit::SquareMetre => ("square_metres", "10", "9.99"),
        Unit::None => ("ratio", "0.5", "0.4"),
    })
}

/// The checked packs, before something is added.
fn programme(pack: &Path) -> Result<Programme, Failure> {
    let loaded = ::pack::load(&[folder_of(pack).as_path()]);
    match loaded.programme {
        Some(programme) => Ok(programme),
        None => Err(pipeline::Error::Findings { findings: loaded.findings, sources: loaded.sources }.into()),
    }
}

/// `.` has a name too.
fn folder_of(pack: &Path) -> PathBuf {
    pack.canonicalize().unwrap_or_else(|_| pack.to_owned())
}

/// Writes the files of a pack, by path, after they passed the check together with what is there: of what has a mistake nothing is left
/// behind. Only the parameters may be there already.
fn write_checked(pack: &Path, files: &[(String, String)], context: &Context) -> Result<Exit, Failure> {
    for (path, _) in files.iter().filter(|(path, _)| path != PARAMETERS) {
        if pack.join(path).exists() {
            return Err(exists(&pack.join(path).display().to_string()));
        }
    }
    let folder = folder_of(pack);
    let mut packs = ::pack::load(&[folder.as_path()]).packs;
    let name = name_of(&folder);
    for own in packs.iter_mut().filter(|own| own.id == name) {
        own.files.extend(files.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes())));
    }
    let loaded = ::pack::load_files(packs);
    if loaded.programme.is_none() {
        return Err(pipeline::Error::Findings { findings: loaded.findings, sources: loaded.sources }.into());
    }
    for (path, text) in files {
        put(&pack.join(path), text.as_bytes(), context)?;
    }
    check(pack, context)
}

/// What `jianwei check` says of the pack now.
fn check(pack: &Path, context: &Context) -> Result<Exit, Failure> {
    let folder = folder_of(pack);
    let loaded = ::pack::load(&[folder.as_path()]);
    if loaded.programme.is_none() {
        return Err(pipeline::Error::Findings { findings: loaded.findings, sources: loaded.sources }.into());
    }
    let name = name_of(&folder);
    context.note(format!("业务包 `{name}` 检查通过"), format!("the pack `{name}` passes the check"));
    Ok(Exit::Ok)
}

/// A new file.
fn write(path: &Path, bytes: &[u8], context: &Context) -> Result<(), Failure> {
    if path.exists() {
        return Err(exists(&path.display().to_string()));
    }
    put(path, bytes, context)
}

fn put(path: &Path, bytes: &[u8], context: &Context) -> Result<(), Failure> {
    let written = path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(path, bytes));
    written.map_err(|error| {
        let path = path.display();
        Failure::refused("cannot-write", format!("写不了 `{path}`：{error}"), format!("cannot write `{path}`: {error}"))
    })?;
    let path = path.display();
    context.note(format!("已写入 {path}"), format!("written {path}"));
    Ok(())
}

fn exists(what: &str) -> Failure {
    Failure::refused(
        "exists",
        format!("`{what}` 已经有了，不会覆盖"),
        format!("`{what}` is there already and will not be overwritten"),
    )
}

/// That there is no `name`, and what there is.
fn unknown(zh: &str, en: &str, name: &str, known: &[&str]) -> (String, String) {
    (
        format!("没有{zh} `{name}`；已有：{}", known.join("、")),
        format!("there is no {en} `{name}`; there are: {}", known.join(", ")),
    )
}
