//! The documents' links to each other lead somewhere: to a file that is there, and a heading in it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The documents by their paths from the root.
fn documents() -> BTreeMap<PathBuf, String> {
    let root = Path::new(ROOT);
    let docs = std::fs::read_dir(root.join("docs")).unwrap();
    docs.map(|entry| entry.unwrap().path())
        .chain([root.join("README.md")])
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            (path.strip_prefix(root).unwrap().to_owned(), text)
        })
        .collect()
}

/// The lines that are no code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut code = false;
    text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        code ^= fence;
        !code && !fence
    })
}

/// What links may name in a document: its headings, as they are spelled in links, and its own marks.
fn anchors(text: &str) -> BTreeSet<String> {
    let of_line = |line: &str| match line.strip_prefix('#') {
        Some(heading) => Some(spelled(heading.trim_start_matches('#').trim())),
        None => {
            let (_, mark) = line.split_once("<a id=\"")?;
            Some(mark.split_once('"')?.0.to_owned())
        }
    };
    prose(text).filter_map(of_line).collect()
}

fn spelled(heading: &str) -> String {
    let lower = heading.to_lowercase();
    let kept = lower.chars().filter_map(|c| match c {
        ' ' => Some('-'),
        '-' | '_' => Some(c),
        _ => c.is_alphanumeric().then_some(c),
    });
    kept.collect()
}

/// Where the links of a document lead that stay in the repository.
fn links(text: &str) -> Vec<&str> {
    let of_line = |line| str::split(line, "](").skip(1);
    let targets = prose(text).flat_map(of_line);
    let targets = targets.filter_map(|rest| Some(rest.split_once(')')?.0));
    targets.filter(|target| !target.contains("://")).collect()
}

/// A path without its steps back.
fn plain(path: &Path) -> PathBuf {
    path.components()
        .fold(PathBuf::new(), |mut plain, component| {
            match component {
                Component::ParentDir => drop(plain.pop()),
                component => plain.push(component),
            }
            plain
        })
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    let documents = documents();
    let mut broken = Vec::new();
    let mut followed = 0;
    for (document, text) in &documents {
        for link in links(text) {
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = match path {
                "" => document.clone(),
                path => plain(&document.with_file_name("").join(path)),
            };
            let there = Path::new(ROOT).join(&target).exists();
            let named = anchor.is_empty()
                || documents
                    .get(&target)
                    .is_some_and(|text| anchors(text).contains(anchor));
            followed += 1;
            if !(there && named) {
                broken.push(format!("{}: {link}", document.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
    assert!(followed > 100, "{followed}");
}

#[test]
fn a_heading_is_named_as_links_spell_it() {
    let text =
        "# In: `erp-offers`\n```\n# no heading\n```\n<a id=\"mark\"></a>\n## 2.1 Who calls\n";
    let expected = ["21-who-calls", "in-erp-offers", "mark"].map(str::to_owned);
    assert_eq!(anchors(text), BTreeSet::from(expected));
}
