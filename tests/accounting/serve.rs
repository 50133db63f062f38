//! The system, in a process that can be killed: the sandbox as the command runs it, with shorter
//! waits. It ends when its standard input does.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use feirante::Fixture;
use feirante::sandbox::{self, Load};
use feirante_sandbox::{LogSink, Options};
use feirante_sandbox_marketplace as marketplace;

/// The word that makes this executable the system.
pub(crate) const SERVE: &str = "--serve";

/// The executable that is also every function.
const FEIRANTE: &str = env!("CARGO_BIN_EXE_feirante");

/// What a function had in its hands when it was killed comes again after so long.
const VISIBILITY: Duration = Duration::from_secs(8);

/// The file that says where everything is, in the system's directory.
pub(crate) const READY: &str = "ready.json";

/// Serves if the command line says so: `--serve DIRECTORY PORT SEED`.
pub(crate) fn asked() -> bool {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, word, directory, port, seed] = arguments.as_slice() else {
        return false;
    };
    if word != SERVE {
        return false;
    }
    end_with_parent();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (port, seed) = (port.parse().unwrap(), seed.parse().unwrap());
    runtime.block_on(serve(Path::new(directory), port, seed));
    true
}

async fn serve(directory: &Path, port: u16, seed: u64) {
    let data = directory.join("data");
    let options = sandbox::options_with(PathBuf::from(FEIRANTE)).unwrap();
    let options = Options {
        data: Some(data.clone()),
        port,
        logs: LogSink::Discard,
        visibility: Some(VISIBILITY),
        ..options
    };
    let timings = marketplace::Timings {
        coalesce: Duration::from_secs(2),
        // Dozens of orders wait for the ERP at once: asked each second, they would be most of the work.
        recall_interval: Duration::from_secs(4),
        authorize_retry: Duration::from_millis(200),
        ..marketplace::Timings::default()
    };
    let market = marketplace::Options {
        port: port + 1,
        data: Some(data.join("marketplace.jsonl")),
        seed,
        timings,
        // What was seen of a lane is good for a second, and where everything is slow a call is on its
        // way for a while.
        backoff_grace: Duration::from_millis(1_500),
        ..marketplace::Options::new(Vec::new())
    };
    let fixture = Fixture::read(Some(directory)).unwrap();
    let running = sandbox::start(options, Some(market), &fixture, Load::IfEmpty)
        .await
        .unwrap();
    let text = serde_json::to_vec(&running.ready).unwrap();
    let new = directory.join("ready.new");
    std::fs::write(&new, text).unwrap();
    std::fs::rename(new, directory.join(READY)).unwrap();
    std::future::pending::<()>().await;
}

fn end_with_parent() {
    std::thread::spawn(|| {
        let mut stdin = std::io::stdin().lock();
        while stdin.read(&mut [0; 64]).is_ok_and(|read| read > 0) {}
        std::process::exit(0);
    });
}
