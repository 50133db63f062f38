//! Bad input: named by its place on standard error, status 2, nothing half done.

use std::net::TcpListener;

use super::program::{Ended, Files, feirante, feirante_with};
use crate::harness::program::Program;

const SELLER: &str = include_str!("../../../sandbox/fixture/seller.toml");
const OFFERS: &str = include_str!("../../../sandbox/fixture/offers.jsonl");

/// A seller file with mistakes, and how each is named behind the file's name.
fn bad_seller() -> (String, [String; 5]) {
    let mut seller = SELLER.to_owned();
    for (right, wrong) in [
        (r#""pedidos@feira.example""#, r#""nobody""#),
        (
            r#"currency = "BRL""#,
            "currency = \"BRL\"\ncolour = \"blue\"",
        ),
        (r#"estimate = "2bd""#, r#"estimate = "soon""#),
        ("price = 1000\n", "price = \"ten\"\n"),
        ("days_ahead = 7", "days_ahead = 0"),
    ] {
        assert_eq!(seller.matches(right).count(), 1, "{right}");
        seller = seller.replace(right, wrong);
    }
    let at = |text: &str| {
        let before = seller.split_once(text).unwrap().0;
        before.lines().count() + usize::from(before.ends_with('\n'))
    };
    let places = [
        format!(":{}:19: seller.follow_up_email ", at("nobody")),
        format!(":{}:1: seller.colour ", at("colour")),
        format!(":{}:12: shipping.methods[1].estimate ", at("soon")),
        format!(":{}:9: shipping.methods[1].price ", at(r#""ten""#)),
        format!(
            ":{}:16: shipping.methods[2].windows.days_ahead ",
            at("days_ahead = 0")
        ),
    ];
    (seller, places)
}

/// Offers with mistakes, and how each is named behind the file's name.
fn bad_offers() -> (String, [&'static str; 4]) {
    let mut lines: Vec<&str> = OFFERS.lines().collect();
    lines[1] = r#"{"type":"price","sku":"2000037","price":73.9}"#;
    lines[3] = r#"{"type":"sku","sku":"34562""#;
    lines[7] = r#"{"type":"discount","sku":"5837"}"#;
    lines.push("[]");
    let places = [
        ":2: /price: ",
        ":4: is not valid JSON",
        ":8: /type: ",
        ":19: is not a JSON object",
    ];
    (lines.join("\n"), places)
}

/// Each line is an error at the place of the same position, in `file`.
fn name(lines: &[&str], file: &std::path::Path, places: &[impl AsRef<str>]) {
    assert_eq!(lines.len(), places.len(), "{lines:#?}");
    for (line, place) in lines.iter().zip(places) {
        let start = format!("error: {}{}", file.display(), place.as_ref());
        assert!(line.starts_with(&start), "{line}\n{start}");
    }
}

/// The first line names the mistake in these words.
fn says(ended: &Ended, words: &[&str]) {
    let line = ended.refused()[0].to_owned();
    assert!(line.starts_with("error: "), "{ended:?}");
    for word in words {
        assert!(line.contains(word), "no {word} in {line}");
    }
}

#[tokio::test]
async fn what_is_no_command_is_named() {
    says(&feirante(&["nonsense"]).await, &["nonsense"]);
    says(&feirante(&["sandbox", "--colour"]).await, &["--colour"]);
    says(&feirante(&["demo", "twice"]).await, &["twice"]);
    says(
        &feirante(&["function", "brew-coffee"]).await,
        &["brew-coffee"],
    );
    // No command at all is answered by what there is.
    let lines = feirante::<&str>(&[]).await;
    assert!(lines.refused().iter().any(|line| line.contains("sandbox")));
}

#[tokio::test]
async fn a_flag_without_a_fitting_value_is_named() {
    for flag in [
        "--port",
        "--fixture",
        "--data",
        "--ready",
        "--dynamodb",
        "--sqs",
    ] {
        says(&feirante(&["sandbox", flag]).await, &[flag]);
    }
    for port in ["x", "-1", "70000", "3000.5"] {
        says(
            &feirante(&["sandbox", &format!("--port={port}")]).await,
            &["--port", port],
        );
    }
    let no_room = feirante(&["sandbox", "--port", "65532"]).await;
    says(&no_room, &["--port 65532", "65531"]);
    for flag in ["--dynamodb", "--sqs"] {
        for url in ["127.0.0.1:8000", "nonsense", "ftp://a.example"] {
            says(&feirante(&["sandbox", flag, url]).await, &[flag, url]);
        }
    }
    let url = feirante(&["apply", "--dynamodb", "localhost:8000"]).await;
    says(&url, &["--dynamodb", "localhost:8000"]);
}

#[tokio::test]
async fn a_variable_that_can_t_be_read_is_named() {
    let ended = feirante_with(("RUST_LOG", "a=b=c"), &["sandbox", "--port", "0"]).await;
    says(&ended, &["RUST_LOG=a=b=c"]);
}

#[tokio::test]
async fn a_directory_or_file_that_is_not_there_is_named() {
    let files = Files::new();
    let nowhere = files.path("nowhere");
    let nowhere = nowhere.to_str().unwrap();
    says(
        &feirante(&["sandbox", "--fixture", nowhere]).await,
        &["--fixture", nowhere],
    );
    says(&feirante(&["apply", nowhere]).await, &[nowhere]);

    let file = files.write("file", "");
    let file = file.to_str().unwrap();
    let data = feirante(&["sandbox", "--port", "0", "--data", file]).await;
    says(&data, &["--data", file]);

    let inside = files.path("nowhere/ready.json");
    let ready = feirante(&["sandbox", "--ready", inside.to_str().unwrap()]).await;
    says(&ready, &["--ready", inside.to_str().unwrap()]);
    let directory = files.path("");
    let ready = feirante(&["sandbox", "--ready", directory.to_str().unwrap()]).await;
    says(&ready, &["--ready", "directory"]);

    let empty = files.path("empty");
    std::fs::create_dir(&empty).unwrap();
    let seller = empty.join("seller.toml");
    let ended = feirante(&["sandbox", "--fixture", empty.to_str().unwrap()]).await;
    says(&ended, &[seller.to_str().unwrap()]);
    std::fs::write(seller, SELLER).unwrap();
    let ended = feirante(&["sandbox", "--fixture", empty.to_str().unwrap()]).await;
    says(&ended, &[empty.join("offers.jsonl").to_str().unwrap()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mistake_of_a_fixture_is_named_and_nothing_is_changed() {
    let files = Files::new();
    let data = files.path("data");
    let first = Program::with(&files.directory(), &[("--data", &data)]).await;
    first.terminate().await;
    let before = files.contents("data");
    assert!(!before.is_empty());

    let ready = files.path("never.json");
    let (seller, seller_places) = bad_seller();
    let (offers, offer_places) = bad_offers();
    let sandbox = async |seller: &str, offers: &str| {
        let fixture = files.fixture(seller, offers);
        let ended = feirante(&[
            "sandbox".as_ref(),
            "--port".as_ref(),
            "0".as_ref(),
            "--fixture".as_ref(),
            fixture.as_os_str(),
            "--data".as_ref(),
            data.as_os_str(),
            "--ready".as_ref(),
            ready.as_os_str(),
        ])
        .await;
        assert!(!ready.exists(), "{ended:?}");
        assert_eq!(files.contents("data"), before);
        ended
    };
    let seller_file = files.path("fixture/seller.toml");
    let offers_file = files.path("fixture/offers.jsonl");

    let ended = sandbox(&seller, OFFERS).await;
    name(&ended.refused(), &seller_file, &seller_places);
    let ended = sandbox(SELLER, &offers).await;
    name(&ended.refused(), &offers_file, &offer_places);
    let both = sandbox(&seller, &offers).await;
    let lines = both.refused();
    let (of_seller, of_offers) = lines.split_at(seller_places.len());
    name(of_seller, &seller_file, &seller_places);
    name(of_offers, &offers_file, &offer_places);
    let broken = sandbox("[seller\n", OFFERS).await;
    name(&broken.refused(), &seller_file, &[":1:8: "]);
}

#[tokio::test]
async fn every_mistake_of_a_seller_file_is_named_by_apply() {
    let files = Files::new();
    let (seller, places) = bad_seller();
    let file = files.write("seller.toml", seller);
    for arguments in [vec!["--check"], vec![]] {
        let mut command = vec!["apply", file.to_str().unwrap()];
        command.extend(arguments);
        name(&feirante(&command).await.refused(), &file, &places);
    }
    let file = files.write("seller.toml", SELLER);
    let checked = feirante(&["apply", "--check", file.to_str().unwrap()]).await;
    assert!(checked.succeeded().starts_with(file.to_str().unwrap()));
    assert_eq!(checked.err, "");
}

/// The input is in order; what is in the way may be gone the next time. So the status is 1.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_by_another_program_is_named() {
    let files = Files::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let ready = files.path("never.json");
    let arguments = [
        "sandbox",
        "--port",
        &port,
        "--ready",
        ready.to_str().unwrap(),
    ];
    let ended = feirante(&arguments).await;
    assert!(
        ended.failed().contains(&format!("port {port}")),
        "{ended:?}"
    );
    assert!(ended.failed().contains("--port"), "{ended:?}");
    assert!(!ready.exists());

    let data = files.path("data");
    let running = Program::with(&files.directory(), &[("--data", &data)]).await;
    let data = data.to_str().unwrap();
    let arguments = [
        "sandbox",
        "--port",
        "0",
        "--data",
        data,
        "--ready",
        ready.to_str().unwrap(),
    ];
    let second = feirante(&arguments).await;
    assert!(
        second.failed().contains("in use by another sandbox"),
        "{second:?}"
    );
    assert!(second.failed().contains(data), "{second:?}");
    assert!(!ready.exists());
    running.terminate().await;
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_named() {
    // Bound and closed again: nobody listens there.
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let url = format!("http://{free}");
    let sandbox = feirante(&["sandbox", "--port", "0", "--dynamodb", &url]).await;
    assert!(sandbox.failed().contains(&url), "{sandbox:?}");
    let files = Files::new();
    let file = files.write("seller.toml", SELLER);
    let arguments = [
        "apply",
        file.to_str().unwrap(),
        "--dynamodb",
        &url,
        "--table",
        "t1",
    ];
    let apply = feirante(&arguments).await;
    assert!(apply.failed().contains(&url), "{apply:?}");
    assert!(apply.failed().contains("t1"), "{apply:?}");
}
