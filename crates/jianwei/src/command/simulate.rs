//! `jianwei simulate --out DIR`: invented files, as departments would send them.

use std::path::{Path, PathBuf};

use ::simulate::{Settings, SimulateError, Summary};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Progress, Table, print};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to write.
    #[arg(long, value_name = "DIR", help = "写到哪个空文件夹 | an empty folder to write to")]
    out: PathBuf,
    /// What to simulate.
    #[command(flatten)]
    invented: Invented,
    /// For how many months.
    #[arg(long, value_name = "M", help = "月数，默认 24，两万户以下 14 | months of files")]
    months: Option<u32>,
}

/// What a simulation is asked for, also by the demo.
#[derive(Clone, Debug, clap::Args)]
pub struct Invented {
    /// How large.
    #[arg(
        long,
        value_name = "N",
        help = "户数，simulate 默认 80000，demo 默认 2000 | how many households: 80000, in a demo 2000"
    )]
    households: Option<u32>,
    /// Seed of all chance.
    #[arg(long, value_name = "S", help = "随机种子，同一种子同一结果 | seed: the same seed gives the same bytes")]
    seed: Option<u64>,
    /// How messy.
    #[arg(long, value_name = "0..1", help = "脏乱程度 0 到 1 | how messy the files are")]
    mess: Option<f64>,
}

impl Invented {
    /// The settings, those of `households` where nothing is given.
    pub fn settings(&self, households: u32) -> Settings {
        let usual = Settings::of(self.households.unwrap_or(households));
        Settings { seed: self.seed.unwrap_or(usual.seed), mess: self.mess.unwrap_or(usual.mess), ..usual }
    }
}

/// Writes the files and says what was written.
pub fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let mut settings = args.invented.settings(Settings::default().households);
    if let Some(months) = args.months {
        settings.months = months;
    }
    let summary = write(&settings, &args.out, context)?;
    let mut table = Table::new(["", ">"]);
    for (zh, en, count) in [
        ("户", "households", summary.households),
        ("人", "persons", summary.persons),
        ("文件", "files", summary.deliveries),
        ("行", "rows", summary.rows),
        ("真实事件", "true events", summary.events),
        ("应当被发现的事", "cases to find", summary.cases),
        ("其中致困户次", "of them, times of hardship", summary.hardships),
        ("其中无数据能反映", "of those, shown by no feed", summary.hidden),
        ("数据毛病", "defects", summary.defects),
    ] {
        table.row([context.say(zh, en).to_owned(), count.to_string()]);
    }
    table.row([context.say("最后一天", "last day").to_owned(), summary.last_day.to_string()]);
    print(&table.render())?;
    let folder = args.out.join("deliveries");
    let folder = folder.display();
    context.note(format!("接着：jianwei ingest {folder}"), format!("next: jianwei ingest {folder}"));
    Ok(Exit::Ok)
}

/// Simulates into `out`, with progress.
pub fn write(settings: &Settings, out: &Path, context: &Context) -> Result<Summary, Failure> {
    let bar = Progress::new(context, 0);
    let mut progress = |done: u32, of: u32| {
        bar.length(u64::from(of));
        bar.at(u64::from(done), context.say("写文件", "writing files"));
    };
    ::simulate::simulate(settings, out, &mut progress).map_err(|error| {
        let (exit, code) = match &error {
            SimulateError::Setting { .. } => (Exit::Usage, "bad-setting"),
            SimulateError::NotEmpty { .. } => (Exit::Refused, "not-empty"),
            SimulateError::Write { .. } => (Exit::Fault, "cannot-write"),
        };
        let text = error.text();
        Failure::new(exit, code, text.zh, text.en)
    })
}
