//! `jianwei codes check KIND VALUE`: the canonical form of a code, or what is wrong with it.

use clap::Subcommand;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::print;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    action: Action,
}

/// What to do with codes.
#[derive(Debug, Subcommand)]
enum Action {
    /// Checks one value.
    #[command(about = "检查一个编码，输出规范写法 | check one code, print its canonical form")]
    Check {
        /// Kind of code.
        #[arg(value_name = "KIND", help = "编码类型，如 citizen-number、place | kind of code")]
        kind: String,
        /// The value.
        #[arg(value_name = "VALUE", help = "要检查的值 | the value")]
        value: String,
    },
}

/// Checks one value.
pub fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let Action::Check { kind, value } = &args.action;
    let Some(code) = ::codes::code(kind) else {
        let known: Vec<String> = ::codes::codes().map(|code| code.kind.0.replace('_', "-")).collect();
        return Err(Failure::new(
            Exit::Usage,
            "unknown-code",
            format!("没有编码类型 `{kind}`；已有：{}", known.join("、")),
            format!("there is no kind of code `{kind}`; there are: {}", known.join(", ")),
        ));
    };
    match code.check(value) {
        Ok(canonical) => {
            context.note("有效", "valid");
            print(&format!("{canonical}\n")).map(|()| Exit::Ok)
        }
        Err(error) => {
            let text = error.message.get(context.lang);
            print(&format!("{}: {text}\n", error.kind.word()))?;
            if let Some(fitting) = fitting(code, value) {
                context.note(
                    format!("虚构号码（99 开头）的校验码应使它成为 `{fitting}`"),
                    format!("an invented number (it begins with 99): the check digit that fits makes it `{fitting}`"),
                );
            }
            Ok(Exit::Findings)
        }
    }
}

/// An invented number of its region, 99, with the last character that makes it valid, added or in the place of the one that is there;
/// none where several would, as where there is no check digit. Real numbers are never repaired.
fn fitting(code: &::codes::Code, value: &str) -> Option<String> {
    let value = value.trim();
    if !value.starts_with("99") {
        return None;
    }
    let mut shorter = value.to_owned();
    shorter.pop();
    let valid = |body: &str| -> Vec<String> {
        let ends = ('0'..='9').chain('A'..='Z');
        ends.filter_map(|end| code.check(&format!("{body}{end}")).ok()).collect()
    };
    [valid(&shorter), valid(value)].into_iter().find_map(|found| match found.as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    })
}
