//! Which suggestions to list (C6 of protocol §1.2).

use url::Url;

/// A page of the seller's suggestions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestionQuery {
    /// Words to look for.
    pub words: Option<String>,
    /// Only new ones, or only changed ones.
    pub kind: Option<SuggestionKind>,
    /// Only those that stand so.
    pub status: Option<SuggestionFilter>,
    /// Only those with a mapping, or only those without.
    pub mapped: Option<bool>,
    /// Only those of one matcher, by its id.
    pub matcher: Option<String>,
    /// The first of the page. They are counted from 1.
    pub first: u32,
    /// How many, at most [`SuggestionQuery::LONGEST_PAGE`].
    pub count: u32,
}

/// Whether a suggestion was sent for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SuggestionKind {
    /// It was.
    New,
    /// It replaced one.
    Update,
}

/// How a suggestion stands, in the words lists are filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SuggestionFilter {
    /// The marketplace took it.
    Accepted,
    /// Nobody has decided.
    Pending,
    /// The marketplace does not want it.
    Denied,
}

impl SuggestionQuery {
    /// The most suggestions of a page.
    pub const LONGEST_PAGE: u32 = 50;

    pub(crate) fn add_to(&self, url: &mut Url, seller_id: &str) {
        let first = self.first.max(1);
        let last = first.saturating_add(self.count.clamp(1, Self::LONGEST_PAGE) - 1);
        let kind = self.kind.map(|kind| match kind {
            SuggestionKind::New => "new",
            SuggestionKind::Update => "update",
        });
        let status = self.status.map(|status| match status {
            SuggestionFilter::Accepted => "accepted",
            SuggestionFilter::Pending => "pending",
            SuggestionFilter::Denied => "denied",
        });
        let mapped = self.mapped.map(|mapped| mapped.to_string());
        let filters = [
            ("q", self.words.as_deref()),
            ("type", kind),
            ("seller", Some(seller_id)),
            ("status", status),
            ("hasmapping", mapped.as_deref()),
            ("matcherid", self.matcher.as_deref()),
        ];
        let mut query = url.query_pairs_mut();
        for (name, value) in filters {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        query.append_pair("_from", &first.to_string());
        query.append_pair("_to", &last.to_string());
    }
}

/// The first page of all.
impl Default for SuggestionQuery {
    fn default() -> Self {
        Self {
            words: None,
            kind: None,
            status: None,
            mapped: None,
            matcher: None,
            first: 1,
            count: Self::LONGEST_PAGE,
        }
    }
}
