//! `jianwei near --model M`: subjects whom one condition keeps from a hit.

use pipeline::Inquiry;
use types::{Answer, Day, Decimal, NearLine};

use crate::cli::day;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Table, print_json, print_table};
use crate::render::{kind_title, value};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The model.
    #[arg(long, value_name = "M", help = "模型 | the model")]
    model: String,
    /// A.
    #[arg(long, value_name = "DATE", value_parser = day, help = "截至哪天，默认今天 | as of which day, today when not given")]
    as_of: Option<Day>,
    /// K.
    #[arg(long, value_name = "DATE", value_parser = day, help = "按哪天前收到的数据，默认同上 | known by which day, as above when not given")]
    known_by: Option<Day>,
    /// How the list is written.
    #[arg(long, value_enum, default_value = "table", help = "输出格式 | how the list is written")]
    format: Format,
}

/// Lists the near misses.
pub async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let folder = context.open().await?;
    let question = context.question(&folder, args.as_of, args.known_by).await?;
    let inquiry = Inquiry::at(&folder, question).await?;
    let mut near = inquiry.near(&args.model, context.threads)?;
    // Nearest first: by the share of the line that is missing, then as the engine gives them.
    near.sort_by_key(|line| (line.answer, line.condition.relative.is_none(), share(line)));
    let programme = inquiry.programme();
    let (model, as_of, known_by) = (&args.model, question.as_of, question.known_by);
    let what = format!("near model={model} as_of={as_of} known_by={known_by}");
    let view = context.view(&folder, programme, &what).await?;
    let lines: Vec<NearLine> = near.iter().map(|line| view.near(line)).collect();
    if args.format == Format::Json {
        print_json(&lines)?;
        return Ok(Exit::Ok);
    }
    let mut table = Table::new([
        context.say("对象", "subject"),
        context.say("差在", "because it is"),
        context.say("条件", "condition"),
        context.say(">左", ">left"),
        context.say(">右", ">right"),
        context.say(">相差", ">apart"),
        context.say("原因", "reason"),
    ]);
    for line in &lines {
        let ty = line.condition.ty.as_deref().unwrap_or("text");
        let side = |side: &Option<String>| match side.as_deref() {
            None => String::new(),
            Some("null") => context.say("无", "none").to_owned(),
            Some(side) => value::with_unit(ty, None, side, context.lang),
        };
        let kind = kind_title(programme, &line.subject.kind);
        table.row([
            format!("{} {}", kind.get(context.lang), line.subject.key),
            match line.answer {
                Answer::Undetermined => context.say("? 未知", "? unknown"),
                _ => context.say("✗ 不成立", "✗ false"),
            }
            .to_owned(),
            line.condition.text.clone(),
            side(&line.condition.left),
            side(&line.condition.right),
            line.condition.distance.as_ref().map(|gap| value::distance(ty, gap, context.lang)).unwrap_or_default(),
            if line.reasons.is_empty() {
                String::new()
            } else {
                value::reasons(programme, &line.reasons, context.lang)
            },
        ]);
    }
    print_table(&table, args.format, context)?;
    context.note(format!("{} 个", lines.len()), format!("{} near misses", lines.len()));
    Ok(Exit::Ok)
}

/// How far off it is, as a share of the line; the smaller the nearer.
fn share(line: &NearLine) -> Option<Decimal> {
    line.condition.relative.as_deref().and_then(Decimal::parse)
}
