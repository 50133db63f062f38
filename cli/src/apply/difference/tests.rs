use super::*;

const SELLER: &str = include_str!("../../../../sandbox/fixture/seller.toml");

fn source(edits: &[(&str, &str)]) -> Source {
    let edited = edits.iter().fold(SELLER.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "the fixture holds no {from}");
        text.replacen(from, to, 1)
    });
    Source::new(edited)
}

fn lines(difference: &Difference) -> Vec<String> {
    let show = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    let line = |change: &Change| {
        format!(
            "{}: {} → {}",
            change.path,
            show(&change.before),
            show(&change.after)
        )
    };
    difference.changes.iter().map(line).collect()
}

/// What differs once the fixture is edited; by the file, and by what functions read.
fn changes(edits: &[(&str, &str)]) -> [Vec<String>; 2] {
    let (before, after) = (source(&[]), source(edits));
    let settings = |source: &Source| Settings::parse(&source.text).unwrap();
    let (one, other) = (settings(&before), settings(&after));
    [true, false].map(|known| {
        let content = |settings, source| Content {
            settings,
            source: Some(source).filter(|_| known),
        };
        let before = content(&one, &before);
        lines(&Difference::between(Some(&before), &content(&other, &after)).unwrap())
    })
}

#[test]
fn a_setting_is_named_by_its_path_in_the_file() {
    let [by_file, _] = changes(&[
        ("price = 200 ", "price = 250 "),
        ("only_listed = true ", ""),
        (
            "sales_channels = [\"1\"]",
            "sales_channels = [\"1\", \"2\"]",
        ),
        (
            "required = false",
            "required = false\nuser = \"u\"\npassword = \"p\"",
        ),
    ]);
    assert_eq!(
        by_file,
        [
            "marketplaces[mkt1].inbound.password: - → ***",
            "marketplaces[mkt1].inbound.user: - → \"u\"",
            "marketplaces[mkt1].sales_channels: [\"1\"] → [\"1\",\"2\"]",
            "shipping.methods[Normal].price: 200 → 250",
            "shipping.methods[Agendada].only_listed: true → -",
        ]
    );
}

#[test]
fn a_list_is_compared_by_what_tells_its_tables_apart() {
    let second = "[[warehouses]]\nid = \"rio\"\n\n[[warehouses]]";
    let [by_file, by_settings] = changes(&[("[[warehouses]]", second)]);
    assert_eq!(by_file, ["warehouses[rio].id: - → \"rio\""]);
    assert!(by_settings.contains(&by_file[0]), "{by_settings:?}");
}

#[test]
fn another_order_is_a_change() {
    let (one, other) = ("id = \"Normal\"", "id = \"Expressa\"");
    let [by_file, _] = changes(&[(one, "id = \"?\""), (other, one), ("id = \"?\"", other)]);
    let order = by_file.last().unwrap();
    assert_eq!(
        order,
        "shipping.methods (order): Normal, Expressa, Agendada, Loja10 → \
         Expressa, Normal, Agendada, Loja10"
    );
}

#[test]
fn no_secret_is_ever_shown() {
    let secrets = [
        "key = \"k9\"",
        "app_token = \"T\"",
        "app_token = \"outbound-token\"",
    ];
    let others = [
        "key = \"UNSEEN1\"",
        "app_token = \"UNSEEN2\"",
        "app_token = \"UNSEEN3\"",
    ];
    let edits: Vec<_> = secrets.into_iter().zip(others).collect();
    for changes in changes(&edits) {
        assert_eq!(changes.len(), 3, "{changes:?}");
        assert!(
            changes.iter().all(|line| line.ends_with(": *** → ***")),
            "{changes:?}"
        );
    }
    // Nor those that they replace.
    let rotated = [
        (
            "key = \"k9\"",
            "previous_key = \"UNSEEN4\"\nkey = \"UNSEEN1\"",
        ),
        (
            "required = false",
            "required = false\n[marketplaces.inbound.previous]\napp_key = \"old\"\n\
             app_token = \"UNSEEN5\"\nuser = \"u\"\npassword = \"UNSEEN6\"",
        ),
    ];
    for changes in changes(&rotated) {
        for path in [
            "previous_key",
            "inbound.previous.app_token",
            "inbound.previous.password",
        ] {
            let shown = format!("marketplaces[mkt1].{path}: - → ***");
            assert!(changes.contains(&shown), "{changes:?}");
        }
        assert!(
            changes.iter().all(|line| !line.contains("UNSEEN")),
            "{changes:?}"
        );
    }
    // Nor where a whole table comes or goes, or becomes something else.
    let with = source(&edits);
    let shown = masked(&written(&with).unwrap()).to_string();
    assert!(!shown.contains("UNSEEN"), "{shown}");
}

#[test]
fn a_comment_makes_no_difference() {
    for changes in changes(&[("[seller]", "# ours\n[seller]")]) {
        assert_eq!(changes, [""; 0]);
    }
}

#[test]
fn a_mapping_is_compared_by_the_rows_of_its_file() {
    let with = |brand: &str| {
        let section = "[marketplaces.mapping]\nfile = \"mapa.csv\"\n\n[[warehouses]]";
        let mut source = source(&[("[[warehouses]]", section)]);
        let table = format!("kind,from,to\nbrand,Feira,{brand}\n");
        source.attachments.insert("mapa.csv".to_owned(), table);
        source
    };
    let sources = [with("A"), with("B")];
    let settings = sources
        .each_ref()
        .map(|source| Settings::parse_with(&source.text, source).unwrap());
    let difference = |known: bool| {
        let content = |index: usize| Content {
            settings: &settings[index],
            source: Some(&sources[index]).filter(|_| known),
        };
        Difference::between(Some(&content(0)), &content(1)).unwrap()
    };
    let by_file = difference(true);
    assert_eq!(by_file.changes, []);
    let [file] = &by_file.files[..] else {
        panic!("{by_file:?}");
    };
    assert_eq!(file.name, "mapa.csv");
    assert_eq!(file.samples, ["- Feira | brand | A", "+ Feira | brand | B"]);
    let path = "marketplaces[mkt1].mapping.targets[0].to: \"A\" → \"B\"";
    assert_eq!(lines(&difference(false)), [path]);
}
