use super::*;

/// What is wrong with the fixture once it is edited.
pub(super) fn mistakes(edits: &[(&str, &str)]) -> Vec<String> {
    let mistakes = Settings::parse(&edited(edits)).unwrap_err();
    mistakes
        .iter()
        .map(|mistake| format!("{}: {}", mistake.path, mistake.message))
        .collect()
}

#[test]
fn each_mistake_is_named_by_its_path() {
    for (from, to, expected) in [
        (
            "name = \"Feira da Esquina\"\n",
            "",
            "seller.name: is missing",
        ),
        (
            "name = \"Feira da Esquina\"",
            "name = \" \"",
            "seller.name: is empty",
        ),
        (
            "\"pedidos@feira.example\"",
            "\"pedidos\"",
            "seller.follow_up_email: is not an e-mail",
        ),
        (
            "ships_to = [\"BRA\"]",
            "ships_to = [\"BR\"]",
            "seller.ships_to[0]: is not a country",
        ),
        (
            "ships_to = [\"BRA\"]",
            "ships_to = \"BRA\"",
            "seller.ships_to: is not a list",
        ),
        ("\"BRL\"", "\"reais\"", "seller.currency: is not a currency"),
        (
            "\"mkt1\"",
            "\"Mkt 1\"",
            "marketplaces[0].account: an account name has",
        ),
        (
            "seller_id = \"seller1\"",
            "seller_id = \"list\"",
            "marketplaces[0].seller_id: may not be",
        ),
        (
            "seller_id = \"seller1\"",
            "seller_id = \"a b\"",
            "marketplaces[0].seller_id: has 1 to 50",
        ),
        (
            "key = \"k9\"",
            "key = \"k/9\"",
            "marketplaces[0].key: has 1 to 64",
        ),
        (
            "key = \"k9\"",
            "key = 9",
            "marketplaces[0].key: is not a text in quotes",
        ),
        ("[\"1\"]", "[]", "marketplaces[0].sales_channels: is empty"),
        (
            "[\"1\"]",
            "[1]",
            "marketplaces[0].sales_channels[0]: is not a text",
        ),
        (
            "cancellation = \"evaluate\"",
            "cancellation = \"ask\"",
            "marketplaces[0].cancellation: is none of \"confirm\", \"evaluate\"",
        ),
        (
            "# price_adjustment = { percent = 5.0",
            "price_adjustment = { percent = -101",
            "marketplaces[0].price_adjustment.percent: is not a number from -100 to 1000",
        ),
        (
            "# price_adjustment = { percent = 5.0",
            "price_adjustment = { percent = nan",
            "marketplaces[0].price_adjustment.percent: is not a number",
        ),
        (
            "app_token = \"T\"\n",
            "",
            "marketplaces[0].inbound.app_token: is missing beside app_key",
        ),
        (
            "app_key = \"K\"\napp_token = \"T\"\nrequired = false",
            "required = true",
            "marketplaces[0].inbound.required: needs",
        ),
        (
            "required = false",
            "required = \"no\"",
            "marketplaces[0].inbound.required: is not true or false",
        ),
        (
            "app_token = \"outbound-token\"",
            "parameter = \"/a\"",
            "marketplaces[0].outbound.app_token: is missing beside app_key",
        ),
        (
            "# [marketplaces.endpoints]",
            "[marketplaces.endpoints]\napi = \"http://a.example\"\n#",
            "marketplaces[0].endpoints.api: is plain http",
        ),
        (
            "# [[marketplaces.divergence]]",
            "[[marketplaces.divergence]]\nup_to_percent = 101\ndecision = \"deny\"\n#",
            "marketplaces[0].divergence[0].up_to_percent: is not a number from 0 to 100",
        ),
        (
            "id = \"main\"",
            "id = \"a b\"",
            "warehouses[0].id: a warehouse id has",
        ),
        (
            "warehouses = [\"main\"]",
            "warehouses = [\"main\", \"other\"]",
            "shipping.methods[0].warehouses[1]: there is no warehouse \"other\"",
        ),
        (
            "id = \"Expressa\"",
            "id = \"Normal\"",
            "shipping.methods[1].id: is the same as one above",
        ),
        (
            "channel = \"delivery\"",
            "channel = \"drone\"",
            "shipping.methods[0].channel: is none of",
        ),
        (
            "channel = \"delivery\"",
            "channel = \"pickup-in-point\"",
            "shipping.methods[0].pickup_point: is missing",
        ),
        (
            "channel = \"pickup-in-point\"",
            "channel = \"delivery\"",
            "shipping.methods[3].pickup_point: does not go with",
        ),
        (
            "\"5bd\"",
            "\"5 days\"",
            "shipping.methods[0].estimate: is not a number and bd",
        ),
        (
            "price = 200 ",
            "price = -1 ",
            "shipping.methods[0].price: is not an integer from 0",
        ),
        (
            "price = 200 ",
            "price = 2.00 ",
            "shipping.methods[0].price: is not an integer",
        ),
        (
            "price = 200 ",
            "",
            "shipping.methods[0].price: is missing, or rates, value_rates",
        ),
        (
            "price = 200 ",
            "price = 200\nrates = [{ up_to_grams = 1, price = 1 }] ",
            "shipping.methods[0].rates: can't stand beside price",
        ),
        (
            "price = 200 ",
            "rates = [{ up_to_grams = 5, price = 1 }, { up_to_grams = 5, price = 2 }] ",
            "shipping.methods[0].rates[1].up_to_grams: is not above",
        ),
        (
            "22000000-22999999",
            "22999999-22000000",
            "shipping.methods[0].areas[0].postal_codes[0]: starts after its end",
        ),
        (
            "22000000-22999999",
            "2200000-22999999",
            "shipping.methods[0].areas[0].postal_codes[0]: has ends of different length",
        ),
        (
            "country = \"BRA\"",
            "country = \"ARG\"",
            "shipping.methods[0].areas[0].country: ARG is not in seller.ships_to",
        ),
        (
            "west = -43.9",
            "west = -42.9",
            "shipping.methods[0].areas[0].geo_box.west: is not west of east",
        ),
        (
            "south = -23.1",
            "south = -91",
            "shipping.methods[0].areas[0].geo_box.south: is not a number from -90 to 90",
        ),
        (
            "south = -23.1",
            "south = -22.7",
            "shipping.methods[0].areas[0].geo_box.south: is not south of north",
        ),
        (
            "days_ahead = 7",
            "days_ahead = 0",
            "shipping.methods[2].windows.days_ahead: is not an integer from 1 to 30",
        ),
        (
            "\"mon\"",
            "\"monday\"",
            "shipping.methods[2].windows.weekdays[0]: is no day of mon",
        ),
        (
            "America/Sao_Paulo",
            "America/Rio",
            "shipping.methods[2].windows.time_zone: is no time zone",
        ),
        (
            "from = \"08:00\"",
            "from = \"13:00\"",
            "shipping.methods[2].windows.slots[0].from: is not before to",
        ),
        (
            "from = \"08:00\"",
            "from = \"8h\"",
            "shipping.methods[2].windows.slots[0].from: is not a time of day",
        ),
        (
            "city = \"Rio de Janeiro\", ",
            "",
            "shipping.methods[3].pickup_point.address.city: is missing",
        ),
        (
            "[-43.1825635, -22.9443504]",
            "[-43.1825635]",
            "shipping.methods[3].pickup_point.address.geo_coordinates: is not a longitude",
        ),
        (
            "only_listed",
            "only_list",
            "shipping.methods[2].only_list: is no setting; did you mean `only_listed`?",
        ),
        (
            "seller_id =",
            "colour = 1\nseller_id =",
            "marketplaces[0].colour: is no setting; there are account, ",
        ),
    ] {
        let mistakes = mistakes(&[(from, to)]);
        assert!(
            mistakes.iter().any(|mistake| mistake.starts_with(expected)),
            "{expected}\n{mistakes:#?}"
        );
    }
}

#[test]
fn all_mistakes_are_told_at_once_in_the_order_of_the_file() {
    let paths: Vec<_> = Settings::parse(&edited(&[
        ("currency = \"BRL\"", "currency = \"B\""),
        ("account = \"mkt1\"", "account = \"\""),
        (
            "# [marketplaces.endpoints]",
            "[marketplaces.endpoints]\nservices = \"x\"\n#",
        ),
        ("estimate = \"2bd\"", "estimate = \"soon\""),
        ("days_ahead = 7", "days_ahaed = 7"),
    ]))
    .unwrap_err()
    .into_iter()
    .map(|mistake| mistake.path)
    .collect();
    assert_eq!(
        paths,
        [
            "seller.currency",
            "marketplaces[0].account",
            "marketplaces[0].endpoints.services",
            "shipping.methods[1].estimate",
            "shipping.methods[2].windows.days_ahead",
            "shipping.methods[2].windows.days_ahaed",
        ]
    );
}

#[test]
fn a_mistake_says_its_line() {
    let mistakes = Settings::parse(&edited(&[("currency = \"BRL\"", "currency = 5")])).unwrap_err();
    let line = SELLER_FILE
        .lines()
        .position(|line| line.starts_with("currency"))
        .unwrap()
        + 1;
    assert_eq!(mistakes[0].line, line);
    assert_eq!(
        mistakes[0].to_string(),
        format!("line {line}, column 12: seller.currency: is not a text in quotes")
    );
}

#[test]
fn a_broken_file_says_where() {
    let mistakes = Settings::parse("[seller]\nname = \"a\nx = 1\n").unwrap_err();
    assert_eq!(
        (mistakes[0].line, mistakes[0].path.as_str()),
        (2, ""),
        "{mistakes:?}"
    );
    let mistakes = Settings::parse("a = 1\n[x]\nb = 2\nb = 3\n").unwrap_err();
    assert_eq!(
        (mistakes[0].line, mistakes[0].column),
        (4, 1),
        "{mistakes:?}"
    );
}

#[test]
fn an_empty_file_lacks_every_section() {
    let mistakes = Settings::parse("").unwrap_err();
    let paths: Vec<_> = mistakes
        .iter()
        .map(|mistake| mistake.path.as_str())
        .collect();
    assert_eq!(paths, ["seller", "marketplaces", "warehouses", "shipping"]);
}

#[test]
fn two_marketplaces_share_no_account_and_no_key() {
    let second = "\n[[marketplaces]]\naccount = \"mkt1\"\nseller_id = \"s\"\nkey = \"k9\"\nsales_channels = [\"1\"]\n\n[[warehouses]]";
    let mistakes = mistakes(&[("[[warehouses]]", second)]);
    assert_eq!(
        mistakes,
        [
            "marketplaces[1].account: is the same as one above",
            "marketplaces[1].key: is the same as one above",
        ]
    );
}

#[test]
fn a_divergence_band_that_never_holds_is_a_mistake() {
    let bands = "[[marketplaces.divergence]]\nup_to_percent = 5.5\ndecision = \"review\"\n[[marketplaces.divergence]]\nup_to_percent = 5\ndecision = \"deny\"\n#";
    let mistakes = mistakes(&[("# [[marketplaces.divergence]]", bands)]);
    assert_eq!(mistakes.len(), 1);
    assert!(mistakes[0].starts_with("marketplaces[0].divergence[1].up_to_percent: is not above"));
}

#[test]
fn no_account_starts_with_another_and_a_dash() {
    let second = "\n[[marketplaces]]\naccount = \"mkt1-b\"\nseller_id = \"s\"\nkey = \"k10\"\nsales_channels = [\"1\"]\n\n[[warehouses]]";
    let mistakes = mistakes(&[("[[warehouses]]", second)]);
    assert_eq!(mistakes.len(), 1);
    assert!(
        mistakes[0].starts_with("marketplaces[1].account: starts with mkt1-"),
        "{mistakes:?}"
    );
    let plain = second.replace("mkt1-b", "mkt1b");
    assert!(Settings::parse(&edited(&[("[[warehouses]]", &plain)])).is_ok());
}
