//! The commands, one a file: its arguments and its `run`.

mod agreements;
mod audit;
mod backtest;
mod backup;
mod check;
mod clues;
mod codes;
mod deliveries;
mod demo;
mod docs;
mod explain;
mod indicators;
mod ingest;
mod init;
mod link;
mod lint;
mod near;
mod new;
mod pack;
mod refused;
mod replay;
mod runs;
mod screen;
mod serve;
mod simulate;
mod test;
mod truth;
mod unlinked;
mod user;
mod whatif;

use clap::Subcommand;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// What is wrong in packs.
    #[command(about = "检查业务包，一次列出全部问题 | check packs, all findings at once")]
    Check(check::Args),
    /// The tests packs carry.
    #[command(about = "运行业务包自带的测试 | run the tests that packs carry")]
    Test(test::Args),
    /// Beginnings.
    #[command(about = "新建业务包、数据源、特征、模型，写出来就能通过检查 | begin a pack, feed, feature or model")]
    New(new::Args),
    /// A pack to read.
    #[command(about = "把业务包写成一份可读的说明（HTML） | a pack as a readable dossier (HTML)")]
    Docs(docs::Args),
    /// Codes with a structure.
    #[command(about = "检查证件号、地区代码等编码 | check identifiers and codes")]
    Codes(codes::Args),
    /// Invented files.
    #[command(about = "编造各部门会送来的文件 | invent the files that departments would send")]
    Simulate(simulate::Args),
    /// A new data folder.
    #[command(about = "建立数据文件夹 | make a data folder")]
    Init(init::Args),
    /// The packs of a data folder.
    #[command(about = "数据文件夹里的业务包 | the packs of a data folder")]
    Pack(pack::Args),
    /// Department files in.
    #[command(about = "接收部门文件 | take department files in")]
    Ingest(ingest::Args),
    /// What was received.
    #[command(about = "收到的批次 | deliveries received")]
    Deliveries(deliveries::Args),
    /// What departments agreed to provide.
    #[command(about = "数据共享协议及报送情况 | data-sharing agreements, and whether they are kept")]
    Agreements(agreements::Args),
    /// Rows that were refused.
    #[command(about = "被退回的行 | refused rows")]
    Refused(refused::Args),
    /// Known, not registered.
    #[command(about = "数据里有、底册里没有的对象 | known, not registered")]
    Unlinked(unlinked::Args),
    /// Past runs.
    #[command(about = "历次运行 | past runs")]
    Runs(runs::Args),
    /// Link decisions.
    #[command(about = "合并或拆分对象 | merge or split subjects")]
    Link(link::Args),
    /// Everyone, every model.
    #[command(about = "用全部模型筛查所有对象 | ask every model about everyone")]
    Screen(screen::Args),
    /// The clues.
    #[command(about = "线索清单 | list clues")]
    Clues(clues::Args),
    /// Why, or why not.
    #[command(about = "说明一条线索，或某对象为何命中或未命中 | explain a clue, or why (not) for a subject")]
    Explain(explain::Args),
    /// What is reported upward.
    #[command(
        about = "指标：目标、实际、趋势，打开背后的清单 | indicators: target, actual, trend, and the list behind"
    )]
    Indicators(indicators::Args),
    /// One condition short of a hit.
    #[command(about = "只差一个条件的对象 | subjects one condition short of a hit")]
    Near(near::Args),
    /// A line tried before it is moved.
    #[command(
        about = "试一试：改一条线或换一个条件，谁会进来、谁会出去 | try a line or a condition before it is moved"
    )]
    Whatif(whatif::Args),
    /// Past dates.
    #[command(
        about = "回测：模型在过去各时点会说什么，与真实情况比 | ask models about past dates, held against what really was so"
    )]
    Backtest(backtest::Args),
    /// What was found, where it is known what was so.
    #[command(about = "查全、查准与提前天数：与真实情况逐条对照 | recall, precision and lead time against what was so")]
    Truth(truth::Args),
    /// The same answer again.
    #[command(about = "重放一条线索，逐字节比对 | derive a clue again and compare the bytes")]
    Replay(replay::Args),
    /// The event log.
    #[command(about = "核验日志链 | verify the event chain")]
    Audit(audit::Args),
    /// Before a file is published.
    #[command(
        about = "公开前检查文件：不该出现的列、证件号、银行卡、电话、出生日期、地址、健康信息 | what must not stand in a file for everyone"
    )]
    LintPublication(lint::Args),
    /// A copy of the folder.
    #[command(about = "备份数据文件夹，使用中也可以 | copy the data folder, also while it is used")]
    Backup(backup::BackupArgs),
    /// A folder from a copy.
    #[command(about = "从备份恢复 | make the data folder from a backup")]
    Restore(backup::RestoreArgs),
    /// The lists made again.
    #[command(about = "从日志重建线索和工单清单 | make the lists of clues and cases again from the events")]
    Rebuild(backup::RebuildArgs),
    /// Who may sign in.
    #[command(about = "登录账号 | who may sign in")]
    User(user::Args),
    /// The app.
    #[command(about = "启动网页服务 | serve the app and the API")]
    Serve(serve::Args),
    /// The whole way at once.
    #[command(about = "演示：编造数据、接收、筛查、说明、重放 | demo: from files to explained clues")]
    Demo(demo::Args),
}

/// Runs one command.
pub async fn run(command: &Command, context: &Context) -> Result<Exit, Failure> {
    match command {
        Command::Check(args) => check::run(args, context),
        Command::Test(args) => test::run(args, context),
        Command::New(args) => new::run(args, context),
        Command::Docs(args) => docs::run(args, context),
        Command::Codes(args) => codes::run(args, context),
        Command::Simulate(args) => simulate::run(args, context),
        Command::Init(args) => init::run(args, context).await,
        Command::Pack(args) => pack::run(args, context).await,
        Command::Ingest(args) => ingest::run(args, context).await,
        Command::Deliveries(args) => deliveries::run(args, context).await,
        Command::Agreements(args) => agreements::run(args, context).await,
        Command::Refused(args) => refused::run(args, context).await,
        Command::Unlinked(args) => unlinked::run(args, context).await,
        Command::Runs(args) => runs::run(args, context).await,
        Command::Link(args) => link::run(args, context).await,
        Command::Screen(args) => screen::run(args, context).await,
        Command::Clues(args) => clues::run(args, context).await,
        Command::Explain(args) => explain::run(args, context).await,
        Command::Indicators(args) => indicators::run(args, context).await,
        Command::Near(args) => near::run(args, context).await,
        Command::Whatif(args) => whatif::run(args, context).await,
        Command::Backtest(args) => backtest::run(args, context).await,
        Command::Truth(args) => truth::run(args, context).await,
        Command::Replay(args) => replay::run(args, context).await,
        Command::Audit(args) => audit::run(args, context).await,
        Command::LintPublication(args) => lint::run(args, context).await,
        Command::Backup(args) => backup::backup(args, context).await,
        Command::Restore(args) => backup::restore(args, context).await,
        Command::Rebuild(args) => backup::rebuild(args, context).await,
        Command::User(args) => user::run(args, context).await,
        Command::Serve(args) => serve::run(args, context).await,
        Command::Demo(args) => demo::run(args, context).await,
    }
}
