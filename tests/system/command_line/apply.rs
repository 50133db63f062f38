//! `feirante apply`: what it shows, what it keeps, and what two see who apply at once.

use std::path::{Path, PathBuf};

use futures::future::join_all;
use serde_json::{Value, json};

use super::program::{Ended, Files, feirante};
use crate::harness::System;

const SELLER: &str = include_str!("../../../sandbox/fixture/seller.toml");

/// The fixture's seller with this price for its first method.
fn priced(price: i64) -> String {
    assert_eq!(SELLER.matches("price = 200  ").count(), 1);
    SELLER.replace("price = 200  ", &format!("price = {price}  "))
}

/// The fixture's seller with a rate table for its first method.
fn with_table() -> String {
    SELLER.replace("price = 200  ", "rate_table = \"tabelas/frete.csv\"  ")
}

/// A running system, to whose settings seller files are applied.
struct Applier {
    system: System,
    files: Files,
}

impl Applier {
    async fn start() -> Self {
        Self {
            system: System::start().await,
            files: Files::new(),
        }
    }

    async fn run(&self, arguments: &[&str]) -> Ended {
        let mut command = vec!["apply", "--dynamodb", &self.system.ready().dynamodb];
        command.extend(arguments);
        feirante(&command).await
    }

    async fn apply(&self, seller: &str) -> Ended {
        let file = self.files.write("seller.toml", seller);
        self.run(&[file.to_str().unwrap()]).await
    }

    async fn history(&self) -> Vec<Value> {
        let listed = self.run(&["--history", "--json"]).await;
        serde_json::from_str(listed.succeeded()).unwrap()
    }

    async fn version(&self) -> i64 {
        self.history().await[0]["version"].as_i64().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_change_is_shown_and_old_editions_come_back() {
    let applier = Applier::start().await;
    applier.apply(SELLER).await.succeeded();
    let first = applier.version().await;

    let again = applier.apply(SELLER).await;
    let already = format!("is in force already, as version {first}");
    assert!(again.succeeded().contains(&already), "{again:?}");

    let dearer = applier.apply(&priced(321)).await;
    let shown =
        format!("changes to version {first}:\n  ~ shipping.methods[Normal].price = 200 → 321\n");
    assert!(dearer.succeeded().starts_with(&shown), "{dearer:?}");
    let secret = priced(321).replace("outbound-token", "OTHER-SECRET");
    let changed = applier.apply(&secret).await;
    let shown = "~ marketplaces[mkt1].outbound.app_token = *** → ***";
    assert!(changed.succeeded().contains(shown), "{changed:?}");
    assert!(!changed.out.contains("SECRET"), "{changed:?}");

    // Without a version it is the one before; twice, the one before that.
    let back = applier.run(&["--rollback"]).await;
    let shown = "~ marketplaces[mkt1].outbound.app_token = *** → ***";
    assert!(back.succeeded().contains(shown), "{back:?}");
    let back = applier.run(&["--rollback"]).await;
    let shown = "~ shipping.methods[Normal].price = 321 → 200";
    assert!(back.succeeded().contains(shown), "{back:?}");
    let history = applier.history().await;
    assert_eq!(history[0]["version"], first + 4);
    assert_eq!(history[0]["restores"], first);
    assert_eq!(history[0]["inForce"], true);
    assert_eq!(history[1]["inForce"], false);

    // One that was taken back may come again, as programs are told.
    let newest = (first + 2).to_string();
    let back = applier.run(&["--rollback", &newest, "--json"]).await;
    let told: Value = serde_json::from_str(back.succeeded()).unwrap();
    assert_eq!(told["version"], first + 5);
    let price = &told["changes"].as_array().unwrap()[1];
    let path = "shipping.methods[Normal].price";
    assert_eq!(
        *price,
        json!({"path": path, "before": "200", "after": "321"})
    );

    let unknown = applier.run(&["--rollback", "1000"]).await;
    assert!(unknown.refused()[0].contains("1000"), "{unknown:?}");
    assert_eq!(applier.version().await, first + 5);
    applier.system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_that_apply_at_once_each_is_told_what_became_of_it() {
    let applier = Applier::start().await;
    let before = applier.version().await;
    let files: Vec<PathBuf> = (0..5)
        .map(|index| {
            let name = format!("{index}/seller.toml");
            applier.files.write(&name, priced(1_000 + index))
        })
        .collect();
    let runs = files
        .iter()
        .map(async |file| applier.run(&[file.to_str().unwrap()]).await);
    let ended = join_all(runs).await;
    let mut succeeded = 0;
    for ended in ended {
        if ended.status == Some(0) {
            succeeded += 1;
        } else {
            assert!(ended.failed().contains("nothing was changed"), "{ended:?}");
        }
    }
    assert!(succeeded > 0);
    assert_eq!(applier.version().await, before + succeeded);
    applier.system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mistake_of_a_table_is_named_and_nothing_is_applied() {
    let applier = Applier::start().await;
    let before = applier.version().await;
    let broken = b"postal_start;postal_end;weight_start;weight_end;price;days\n\
                   22000000;22999999;0;1000;2,50;3\n\
                   22000000;22999999;1001;2000;2,5,0;3\n\
                   x;22999999;2001;3000;3,50;soon\n";
    let table = applier.files.path("tabelas/frete.csv");
    std::fs::create_dir_all(table.parent().unwrap()).unwrap();
    std::fs::write(&table, broken).unwrap();
    let refused = applier.apply(&with_table()).await;
    let lines = refused.refused();
    let at = |line: &str| {
        let start = format!("error: {}:", table.display());
        line.strip_prefix(&start).map(str::to_owned)
    };
    let places: Vec<_> = lines.iter().filter_map(|line| at(line)).collect();
    assert_eq!(places.len(), lines.len(), "{lines:#?}");
    for place in ["3:29: price ", "4:1: postal_start ", "4:27: days "] {
        let named = places.iter().any(|named| named.starts_with(place));
        assert!(named, "no {place} in {lines:#?}");
    }
    assert_eq!(applier.version().await, before);

    std::fs::remove_file(&table).unwrap();
    let refused = applier.apply(&with_table()).await;
    let named = "shipping.methods[0].rate_table tabelas/frete.csv: ";
    assert!(refused.refused()[0].contains(named), "{refused:?}");
    assert_eq!(applier.version().await, before);
    applier.system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_a_table_that_differ_are_counted() {
    let applier = Applier::start().await;
    let table = |price: &str| {
        format!(
            "postal_start;postal_end;weight_start;weight_end;price;days\n\
             22000000;22999999;0;1000;{price};3\n22000000;22999999;1001;9000;9,90;3\n"
        )
    };
    let write = |price| applier.files.write("tabelas/frete.csv", table(price));
    write("2,50");
    applier.apply(&with_table()).await.succeeded();
    write("2,60");
    let changed = applier.apply(&with_table()).await;
    let shown = "\n  tabelas/frete.csv: 1 row changed\n";
    assert!(changed.succeeded().contains(shown), "{changed:?}");
    applier.system.stop().await;
}

/// A fixture may name files, too; and what it was made from is kept with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_sandbox_takes_a_fixture_with_its_files() {
    let files = Files::new();
    let offers = include_str!("../../../sandbox/fixture/offers.jsonl");
    let fixture = files.fixture(&with_table(), offers);
    let table = "postal_start;postal_end;weight_start;weight_end;price;days\n\
                 22000000;22999999;0;9000;4,56;3\n";
    files.write("fixture/tabelas/frete.csv", table);
    let with: [(&str, &Path); 1] = [("--fixture", &fixture)];
    let sandbox = crate::harness::program::Program::with(&files.directory(), &with).await;
    let api = sandbox.ready["api"].as_str().unwrap();
    let marketplace = crate::harness::Marketplace::new(api, "k9");
    let cart = crate::harness::bodies::cart(&[("2000037", 1)]);
    let reply = marketplace.simulate(&cart).await.json();
    assert_eq!(
        reply["logisticsInfo"][0]["slas"][0]["price"], 456,
        "{reply}"
    );
    sandbox.terminate().await;
}
