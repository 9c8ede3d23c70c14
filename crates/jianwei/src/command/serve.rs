//! `jianwei serve --data DATA [--listen ADDR]`: the API and the browser app over one data folder.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use server::{App, Clock, Now};
use tokio::net::TcpListener;
use types::Day;

use crate::context::{Context, now_in, time_zone};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::print;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to listen.
    #[command(flatten)]
    pub listen: Listen,
    /// A file that says which day it is.
    #[arg(
        long,
        value_name = "FILE",
        help = "测试时钟：文件里写当天日期，只用于标为测试数据的文件夹 | test clock: a file that holds the day; only on a folder marked as test data"
    )]
    test_clock: Option<PathBuf>,
}

/// Where to listen, and for how long values stay in memory.
#[derive(Clone, Debug, clap::Args)]
pub struct Listen {
    /// Address and port.
    #[arg(
        long,
        value_name = "ADDR",
        default_value = "127.0.0.1:8080",
        help = "监听地址 | address and port to listen at"
    )]
    pub listen: SocketAddr,
    /// Seconds until what nobody asks for leaves memory.
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 600,
        help = "无人查询多少秒后释放内存，下次查询时重新筛查 | seconds without a question after which values leave memory; the next one screens anew"
    )]
    pub rest_after: u64,
}

/// The setting that marks a folder of invented people.
pub const TEST_DATA: &str = "test_data";

/// Serves until interrupted.
pub async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let folder = context.open_for_writing().await?;
    let is_test = folder.store.setting(TEST_DATA).await?.is_some();
    if args.test_clock.is_some() && !is_test {
        return Err(Failure::refused(
            "not-test-data",
            "测试时钟只用于标为测试数据的文件夹",
            "a test clock is for folders marked as test data only",
        ));
    }
    serve(folder, &args.listen, args.test_clock.as_deref(), context).await
}

/// Serves `folder` until interrupted; the binary is the only one that asks the system for the time.
pub async fn serve(
    folder: pipeline::DataFolder,
    listen: &Listen,
    test_clock: Option<&Path>,
    context: &Context,
) -> Result<Exit, Failure> {
    let zone = folder.store.setting("time_zone").await?;
    let zone = time_zone(zone.as_deref())?;
    let day_of = test_clock.map(Path::to_owned);
    if let Some(path) = &day_of {
        day_in(path)?;
    }
    let clock: Clock = Box::new(move || {
        let (today, at) = now_in(&zone);
        let now = Timestamp::now();
        let (seconds, micros) = (now.as_second(), now.as_microsecond());
        match day_of.as_deref().and_then(|path| day_in(path).ok()) {
            // The time of day goes on; the day is the test's.
            Some(day) => Now { day, at: format!("{day}{}", &at[10..]), seconds, micros },
            None => Now { day: today, at, seconds, micros },
        }
    });
    let rest_after = Duration::from_secs(listen.rest_after);
    context.note("正在筛查，稍候……", "screening, one moment …");
    let app = Arc::new(App::open(Arc::new(folder), clock, context.threads, rest_after).await?);
    let listener = TcpListener::bind(listen.listen).await.map_err(|error| {
        let listen = listen.listen;
        Failure::refused(
            "cannot-listen",
            format!("不能监听 {listen}：{error}"),
            format!("cannot listen at {listen}: {error}"),
        )
    })?;
    let address = listener.local_addr().map_err(|error| Failure::fault(error.to_string()))?;
    print(&format!("http://{address}/\n"))?;
    context.note("按 Ctrl-C 停止", "press Ctrl-C to stop");
    server::serve(app, listener, stopped()).await.map_err(|error| Failure::fault(error.to_string()))?;
    Ok(Exit::Ok)
}

/// Until the process is told to stop.
async fn stopped() {
    // Without signals there is nothing to wait for but the end of the process.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

fn day_in(path: &Path) -> Result<Day, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::unreadable(path, &error))?;
    Day::parse(text.trim()).ok_or_else(|| {
        let path = path.display();
        Failure::refused("bad-clock", format!("`{path}` 里不是日期"), format!("`{path}` holds no day"))
    })
}
