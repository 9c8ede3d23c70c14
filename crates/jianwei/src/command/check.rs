//! `jianwei check PACK…`: everything that is wrong in packs.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use ::pack::{Finding, Severity, Sources};
use clap::ValueEnum;
use serde::Serialize;
use types::Text;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{print, print_json};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Pack folders.
    #[arg(required = true, value_name = "PACK", help = "业务包文件夹 | pack folders")]
    packs: Vec<PathBuf>,
    /// How findings are written.
    #[arg(long, value_enum, default_value = "full", help = "输出格式 | how findings are written")]
    format: CheckFormat,
}

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum CheckFormat {
    /// With the lines they point to.
    Full,
    /// For programs.
    Json,
}

/// One finding as JSON.
#[derive(Serialize)]
struct FindingLine<'f> {
    code: &'f str,
    severity: &'f str,
    file: &'f str,
    line: usize,
    column: usize,
    message: &'f Text,
    hint: Option<&'f Text>,
    related: Vec<RelatedLine<'f>>,
}

/// Another place that belongs to a finding.
#[derive(Serialize)]
struct RelatedLine<'f> {
    file: &'f str,
    line: usize,
    column: usize,
    text: &'f Text,
}

/// Prints every finding. Warnings alone leave the packs usable: exit 0.
pub fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let folders: Vec<&Path> = args.packs.iter().map(PathBuf::as_path).collect();
    let loaded = ::pack::load(&folders);
    match args.format {
        CheckFormat::Json => {
            let lines: Vec<FindingLine<'_>> =
                loaded.findings.iter().map(|finding| line_of(finding, &loaded.sources)).collect();
            print_json(&lines)?;
        }
        CheckFormat::Full => {
            let color = std::io::stdout().is_terminal();
            let texts = loaded.findings.iter().map(|finding| finding.render(&loaded.sources, context.lang, color));
            print(&texts.map(|text| text + "\n").collect::<String>())?;
        }
    }
    let errors = loaded.findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let warnings = loaded.findings.len() - errors;
    match &loaded.programme {
        Some(programme) if errors == 0 => {
            let (packs, models) = (programme.packs.len(), programme.models.len());
            let shadows = programme.models.values().filter(|model| model.is_shadow).count();
            let (shadows_zh, shadows_en) = match shadows {
                0 => (String::new(), String::new()),
                count => (format!("（其中影子模型 {count} 个）"), format!(" ({count} of them shadows)")),
            };
            context.note(
                format!("可以使用：{packs} 个业务包，{models} 个模型{shadows_zh}，{warnings} 个警告"),
                format!("usable: {packs} packs, {models} models{shadows_en}, {warnings} warnings"),
            );
            Ok(Exit::Ok)
        }
        _ => {
            context
                .note(format!("{errors} 个错误，{warnings} 个警告"), format!("{errors} errors, {warnings} warnings"));
            Ok(Exit::Findings)
        }
    }
}

fn line_of<'f>(finding: &'f Finding, sources: &Sources) -> FindingLine<'f> {
    let related = finding.related.iter().map(|(file, span, text)| {
        let (line, column) = position(sources.get(file).unwrap_or_default(), span.start);
        RelatedLine { file, line, column, text }
    });
    FindingLine {
        code: finding.code,
        severity: finding.severity.word(),
        file: &finding.file,
        line: finding.line,
        column: finding.column,
        message: &finding.message,
        hint: finding.hint.as_ref(),
        related: related.collect(),
    }
}

/// Line and column (characters), both from 1, of byte `offset`.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before: String = text.char_indices().take_while(|(at, _)| *at < offset).map(|(_, c)| c).collect();
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().filter(|c| *c != '\u{feff}').count());
    (before.matches('\n').count() + 1, column + 1)
}
