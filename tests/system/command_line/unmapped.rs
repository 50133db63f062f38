//! `feirante listings --unmapped`, from an empty mapping to one that names everything.

use serde_json::{Value, json};

use super::program::{Ended, Files, feirante};
use crate::harness::System;

const SELLER: &str = include_str!("../../../sandbox/fixture/seller.toml");

/// The fixture's names, with how many of its SKUs have each.
const NAMES: &str = "kind,from,to,specification,skus\n\
                     category,Casa/Banho,,,1\n\
                     category,Roupas/Camisas,,,1\n\
                     brand,Feira,,,2\n\
                     specification,Cor,,,1\n\
                     specification,Tecido,,,1\n\
                     value,Azul,,Cor,1\n\
                     value,Algodao,,Tecido,1\n";

/// The same with what the marketplace calls them, but for the fabric.
fn filled_in() -> String {
    let names = [
        ("Casa/Banho,", "Casa/Banho,Lar/Banheiro"),
        ("Roupas/Camisas,", "Roupas/Camisas,*"),
        ("Feira,", "Feira,Feira Livre"),
        ("Cor,,,", "Cor,Color,,"),
        ("Tecido,,,", "Tecido,*,,"),
        ("Azul,", "Azul,Blue"),
    ];
    names.iter().fold(NAMES.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    })
}

struct Seller {
    system: System,
    files: Files,
}

impl Seller {
    async fn run(&self, arguments: &[&str]) -> Ended {
        let database = ["--dynamodb", &self.system.ready().dynamodb];
        feirante(&[arguments, &database].concat()).await
    }

    async fn unmapped(&self, arguments: &[&str]) -> Ended {
        self.run(&[&["listings", "--unmapped"], arguments].concat())
            .await
    }

    async fn rows(&self, arguments: &[&str]) -> Vec<Value> {
        let ended = self.unmapped(&[arguments, &["--json"]].concat()).await;
        serde_json::from_str(ended.succeeded()).unwrap()
    }

    /// A seller file that holds back what this mapping says nothing of.
    fn seller_file(&self, mapping: &str) -> String {
        self.files.write("mapa.csv", mapping);
        let section = "[marketplaces.mapping]\nfile = \"mapa.csv\"\nunmapped = \"hold\"";
        let place = "[[warehouses]]";
        let seller = SELLER.replacen(place, &format!("{section}\n\n{place}"), 1);
        let path = self.files.write("seller.toml", seller);
        path.to_str().unwrap().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_mapped_is_listed_as_rows_to_fill_in() {
    let seller = Seller {
        system: System::start().await,
        files: Files::new(),
    };
    let table = seller.unmapped(&[]).await;
    for words in ["Casa/Banho", "category", "Algodao", "Tecido"] {
        assert!(table.succeeded().contains(words), "{words}: {table:?}");
    }
    let summary = "\nmkt1: 7 names are not mapped, of 2 SKUs: sent as they are\n";
    assert!(table.out.ends_with(summary), "{table:?}");
    let rows = seller.rows(&["--marketplace", "mkt1"]).await;
    assert_eq!(rows.len(), 7);
    assert_eq!(
        rows[2],
        json!({"marketplace": "mkt1", "kind": "brand", "from": "Feira", "skus": 2})
    );
    assert_eq!(
        rows[6],
        json!({
            "marketplace": "mkt1", "kind": "value", "specification": "Tecido",
            "from": "Algodao", "skus": 1,
        })
    );
    assert_eq!(seller.unmapped(&["--csv"]).await.succeeded(), NAMES);
    let semicolons = seller.unmapped(&["--csv", "--delimiter", ";"]).await;
    assert_eq!(semicolons.succeeded(), NAMES.replace(',', ";"));

    // Without a seller file to compare it with, a difference is told by what functions read.
    let plain = seller.files.write("seller.toml", SELLER);
    let plain = seller.run(&["apply", plain.to_str().unwrap()]).await;
    plain.succeeded();

    // What was not filled in is a mistake, each with its place.
    let file = seller.seller_file(NAMES);
    let refused = seller.run(&["apply", &file]).await;
    let lines = refused.refused();
    assert_eq!(lines.len(), 7, "{lines:#?}");
    assert!(lines[0].contains("mapa.csv:2:21: to "), "{lines:#?}");
    let unread = seller.unmapped(&["--file", &file]).await;
    assert_eq!(unread.refused().len(), 7);

    // Tried before it is applied: one name is left.
    let all_but_one = filled_in().replace("value,Algodao,,Tecido,1\n", "");
    let file = seller.seller_file(&all_but_one);
    let tried = seller.unmapped(&["--file", &file]).await;
    let left = "mkt1: 1 name is not mapped, of 1 SKU: not suggested anew until they are\n";
    assert!(tried.succeeded().ends_with(left), "{tried:?}");
    assert_eq!(seller.rows(&[]).await.len(), 7);
    let applied = seller.run(&["apply", &file]).await;
    let new = "\n  mapa.csv: is new, with 6 rows\n";
    assert!(applied.succeeded().contains(new), "{applied:?}");
    assert_eq!(seller.rows(&[]).await[0]["from"], "Algodao");

    // The rest; and the difference is told by rows.
    let file = seller.seller_file(&format!("{all_but_one}value,*,*,*\n"));
    let applied = seller.run(&["apply", &file]).await;
    let changed = "\n  mapa.csv: 1 row added\n";
    assert!(applied.succeeded().contains(changed), "{applied:?}");
    let mapped = seller.unmapped(&[]).await;
    assert_eq!(mapped.succeeded(), "mkt1: every name is mapped\n");
    seller.system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn inactive_skus_do_not_count_and_a_file_is_for_one_marketplace() {
    let seller = Seller {
        system: crate::harness::Setup::new()
            .second_marketplace()
            .start()
            .await,
        files: Files::new(),
    };
    assert_eq!(seller.rows(&[]).await.len(), 14);
    assert_eq!(seller.rows(&["--marketplace", "mkt2"]).await.len(), 7);
    let both = seller.unmapped(&["--csv"]).await;
    assert!(both.refused()[0].contains("--marketplace"), "{both:?}");
    let other = seller.unmapped(&["--marketplace", "mkt3"]).await;
    assert!(other.refused()[0].contains("mkt3"), "{other:?}");
    for senseless in [
        ["listings", "--csv"],
        ["listings", "--file=seller.toml"],
        ["listings", "--delimiter=;"],
    ] {
        seller.run(&senseless).await.refused();
    }
    seller.unmapped(&["--sku", "34562"]).await.refused();

    let inactive = json!({
        "type": "sku", "sku": "2000037", "active": false, "name": "Camisa azul M",
        "catalog": {"brand": "Feira", "category": "Roupas/Camisas"},
    });
    seller.system.erp.send("offers", inactive).await;
    seller.system.erp.settled("offers").await;
    let rows = seller.rows(&["--marketplace", "mkt1"]).await;
    let names: Vec<_> = rows.iter().map(|row| &row["from"]).collect();
    assert_eq!(names, ["Casa/Banho", "Feira"]);
    seller.system.stop().await;
}
