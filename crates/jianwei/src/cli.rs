//! The arguments every command has.

use std::path::PathBuf;

use clap::{Args, Parser, ValueEnum};
use types::{Day, Lang};

use crate::command::Command;
use crate::exit::Exit;
use crate::failure::Failure;

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "jianwei",
    version,
    about = "见微：部门数据进来，能自己说明理由的线索出去 | departments' files in, clues that explain themselves out",
    after_help = "退出码 | exit codes: 0 好 ok, 1 有问题 findings, 2 用法 usage, 3 请求被拒 request refused, 4 文件被拒 file refused,\n\
                  5 重放不一致 replay differs, 6 证据已销毁 evidence destroyed, 7 日志断链 chain broken, 8 忙 busy, 70 故障 fault"
)]
pub struct Cli {
    /// Arguments of every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Arguments of every command.
#[derive(Args, Clone, Debug)]
pub struct Global {
    /// The data folder; `./data` when not given.
    #[arg(
        long,
        global = true,
        env = "JIANWEI_DATA",
        value_name = "DATA",
        help = "数据文件夹，默认 ./data | the data folder"
    )]
    pub data: Option<PathBuf>,
    /// Language of messages and tables.
    #[arg(
        long,
        global = true,
        env = "JIANWEI_LANG",
        value_enum,
        help = "语言，默认中文 | language of messages and tables; Chinese when not given"
    )]
    pub lang: Option<Language>,
    /// Show what is masked otherwise.
    #[arg(
        long,
        global = true,
        help = "不掩码，须写明 --purpose，会记入日志 | show what is masked; needs --purpose, is logged"
    )]
    pub unmasked: bool,
    /// What for.
    #[arg(long, global = true, value_name = "TEXT", help = "查看原文的用途 | what --unmasked is for")]
    pub purpose: Option<String>,
    /// No progress, no remarks.
    #[arg(long, short, global = true, help = "不显示进度和提示 | no progress, no remarks")]
    pub quiet: bool,
    /// Threads of screening; the answers do not depend on how many.
    #[arg(
        long,
        global = true,
        value_name = "N",
        help = "线程数，不影响结果 | threads; the answers do not depend on it"
    )]
    pub threads: Option<usize>,
}

impl Global {
    /// Refuses a reveal without a purpose, and a purpose without a reveal.
    pub fn check(&self) -> Result<(), Failure> {
        let purpose = self.purpose.as_deref().map(str::trim);
        match (self.unmasked, purpose) {
            (true, None | Some("")) => Err(Failure::new(
                Exit::Usage,
                "purpose-missing",
                "`--unmasked` 必须写明用途",
                "`--unmasked` needs a purpose",
            )
            .hint("加上 `--purpose 用途`，会记入日志", "add `--purpose TEXT`; it is logged")),
            (false, Some(_)) => Err(Failure::new(
                Exit::Usage,
                "purpose-alone",
                "`--purpose` 只与 `--unmasked` 一起使用",
                "`--purpose` belongs to `--unmasked`",
            )),
            _ => Ok(()),
        }
    }
}

/// A language, as written on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// 中文
    Zh,
    /// English
    En,
}

impl From<Language> for Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::Zh => Self::Zh,
            Language::En => Self::En,
        }
    }
}

/// A day, as written on the command line.
pub fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| "日期应写成 2026-05-31 | a day is written 2026-05-31".to_owned())
}
