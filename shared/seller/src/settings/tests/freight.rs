use super::*;

/// What is wrong with the fixture once it is edited.
fn mistakes(edits: &[(&str, &str)]) -> Vec<String> {
    let mistakes = Settings::parse(&edited(edits)).unwrap_err();
    let told = |mistake: &Mistake| format!("{}: {}", mistake.path, mistake.message);
    mistakes.iter().map(told).collect()
}

const PLACE: &str = "[[warehouses]]\nid = \"main\"";

#[test]
fn a_warehouse_takes_the_calendar_for_what_it_does_not_name() {
    let calendar = "[calendar]\nholidays = [\"2026-12-25\", \"2026-01-01\", \"2026-12-25\"]\n\
                    time_zone = \"America/Sao_Paulo\"\nrest_days = [\"sun\"]\n\n";
    let with = |settings: &str| {
        let settings = edited(&[(PLACE, &format!("{calendar}{PLACE}\n{settings}"))]);
        Settings::parse(&settings).unwrap()
    };
    let plain = with("");
    let dates: Vec<_> = plain
        .calendar
        .holidays
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(dates, ["2026-01-01", "2026-12-25"]);
    assert_eq!(plain.warehouses[0].handling, None);
    let handling = with("handling = \"1bd\"").warehouses[0]
        .handling
        .clone()
        .unwrap();
    assert_eq!(handling.rest_days, [Weekday::Sun]);
    assert_eq!(handling.time_zone.iana_name(), Some("America/Sao_Paulo"));
    assert_eq!((handling.cut_off, handling.holidays), (None, vec![]));
    let own = with(
        "cut_off = \"14:00\"\nopens = \"08:30\"\ntime_zone = \"America/Manaus\"\n\
         rest_days = [\"sat-sun\", \"mon\"]\nholidays = [\"2026-10-24\"]",
    );
    let handling = own.warehouses[0].handling.clone().unwrap();
    assert_eq!(handling.time, Estimate::NONE);
    assert_eq!(
        handling.rest_days,
        [Weekday::Mon, Weekday::Sat, Weekday::Sun]
    );
    assert_eq!(handling.time_zone.iana_name(), Some("America/Manaus"));
    let json = serde_json::to_string(&own).unwrap();
    assert_eq!(serde_json::from_str::<Settings>(&json).unwrap(), own);
}

#[test]
fn mistakes_about_time_are_named_by_their_path() {
    for (settings, expected) in [
        (
            "handling = \"1bd\"",
            "warehouses[0].time_zone: is missing, here or in calendar",
        ),
        (
            "handling = \"soon\"",
            "warehouses[0].handling: is not a number and bd",
        ),
        (
            "handling = \"261bd\"",
            "warehouses[0].handling: is longer than a year",
        ),
        (
            "cut_off = \"2pm\"",
            "warehouses[0].cut_off: is not a time of day",
        ),
        (
            "opens = \"09:00\"\ncut_off = \"09:00\"",
            "warehouses[0].cut_off: is not after opens",
        ),
        (
            "rest_days = [\"sunday\"]",
            "warehouses[0].rest_days[0]: is no day of mon",
        ),
        (
            "rest_days = [\"fri-mon\"]",
            "warehouses[0].rest_days[0]: is no day of mon",
        ),
        (
            "rest_days = [\"mon-sun\"]",
            "warehouses[0].rest_days: leaves no day to work",
        ),
        (
            "holidays = [\"25/12/2026\"]",
            "warehouses[0].holidays[0]: is not a date",
        ),
        (
            "time_zone = \"Brasília\"",
            "warehouses[0].time_zone: is no time zone",
        ),
    ] {
        let told = mistakes(&[(PLACE, &format!("{PLACE}\n{settings}"))]);
        assert!(
            told.iter().any(|told| told.starts_with(expected)),
            "{expected}\n{told:#?}"
        );
    }
}

const PRICE: &str = "price = 200 ";

#[test]
fn a_rate_is_of_one_kind() {
    let rate = |settings: &str| {
        let settings = edited(&[(PRICE, &format!("{settings} "))]);
        Settings::parse(&settings)
            .unwrap()
            .shipping
            .methods
            .remove(0)
    };
    let by_kilogram = rate("extra_kg_price = 150\nrates = [{ up_to_grams = 1000, price = 200 }]");
    assert!(matches!(
        by_kilogram.rate,
        Rate::ByWeightAndKilogram { extra_kg, .. } if extra_kg.get() == 150
    ));
    let method = rate(
        "cubic_divisor = 6000\nfree_above = 20000\n\
         value_rates = [{ from_value = 0, price = 1500 }, { from_value = 10000, price = 900 }]",
    );
    assert!(matches!(&method.rate, Rate::ByValue(rates) if rates.len() == 2));
    assert_eq!(
        (method.cubic_divisor, method.free_above.unwrap().get()),
        (Some(6000), 20_000)
    );

    for (settings, expected) in [
        (
            "price = 1\nvalue_rates = [{ from_value = 0, price = 1 }]",
            "shipping.methods[0].value_rates: can't stand beside price",
        ),
        (
            "extra_kg_price = 5\nprice = 1",
            "shipping.methods[0].extra_kg_price: goes with rates",
        ),
        (
            "value_rates = [{ from_value = 5, price = 1 }]",
            "shipping.methods[0].value_rates[0].from_value: is not 0",
        ),
        (
            "value_rates = [{ from_value = 0, price = 1 }, { from_value = 0, price = 2 }]",
            "shipping.methods[0].value_rates[1].from_value: is not above",
        ),
        (
            "price = 1\ncubic_divisor = 0",
            "shipping.methods[0].cubic_divisor: is not an integer",
        ),
        (
            "rate_table = \"../frete.csv\"",
            "shipping.methods[0].rate_table: ../frete.csv is no file",
        ),
        (
            "rate_table = \"frete.csv\"",
            "shipping.methods[0].rate_table: frete.csv: there is no",
        ),
    ] {
        let told = mistakes(&[(PRICE, &format!("{settings}\n#"))]);
        assert!(
            told.iter().any(|told| told.starts_with(expected)),
            "{expected}\n{told:#?}"
        );
    }
}

#[test]
fn what_was_stored_before_there_was_a_calendar_is_still_read() {
    let mut json = serde_json::to_value(Settings::parse(SELLER_FILE).unwrap()).unwrap();
    json.as_object_mut().unwrap().remove("calendar");
    json["warehouses"] = serde_json::json!([{ "id": "main" }]);
    for method in json["shipping"]["methods"].as_array_mut().unwrap() {
        let method = method.as_object_mut().unwrap();
        method.remove("cubic_divisor");
        method.remove("free_above");
        if let Some(windows) = method["windows"].as_object_mut() {
            windows.remove("lead_time");
            for slot in windows["slots"].as_array_mut().unwrap() {
                slot.as_object_mut().unwrap().remove("capacity");
            }
        }
    }
    let read: Settings = serde_json::from_value(json).unwrap();
    assert_eq!(read, Settings::parse(SELLER_FILE).unwrap());
}

#[test]
fn a_pickup_point_tells_its_hours_where_nothing_else_is_told() {
    let hours = "hours = [{ days = [\"mon-fri\"], from = \"09:00\", to = \"18:00\" }]";
    let info = |text: &str| {
        let line = format!("{hours}\n  additional_info = \"{text}\"");
        let settings = edited(&[("additional_info = \"\"", &line)]);
        let settings = Settings::parse(&settings).unwrap();
        let point = settings.shipping.methods[3].pickup_point.clone();
        point.unwrap().additional_info
    };
    assert_eq!(info(""), "seg a sex 09:00–18:00");
    assert_eq!(info("Fale com a Ana"), "Fale com a Ana");
}
