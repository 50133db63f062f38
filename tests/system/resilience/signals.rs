//! Ending the sandbox by hand: it goes, and takes everything along.

use rustix::process::Signal;

use crate::harness::program::{Program, gone};

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_and_sigterm_end_everything_with_status_0() {
    let directory = tempfile::tempdir().unwrap();
    for name in ["Ctrl-C in a terminal", "SIGINT", "SIGTERM"] {
        let mut program = Program::start(directory.path()).await;
        let children = program.children();
        assert!(children.len() >= 4, "{children:?}");
        let started = std::time::Instant::now();
        match name {
            // A terminal tells the functions too.
            "Ctrl-C in a terminal" => program.signal_group(Signal::INT),
            "SIGINT" => program.signal(Signal::INT),
            _ => program.signal(Signal::TERM),
        }
        let status = program.ended().await;
        eprintln!("{name}: {status} after {:?}", started.elapsed());
        assert_eq!(status.code(), Some(0), "{name}");
        gone(&children).await;
    }
}
