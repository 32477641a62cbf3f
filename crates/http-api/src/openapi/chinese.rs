//! The document in Chinese.
//!
//! The English texts are in the code that they document. `zh.json` has their translations.

use std::collections::HashMap;

use domain::localized::Language;
use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

use super::introduction;
use crate::problem::{TABLE, recover_description};

/// The Chinese text of each English one, however that is wrapped.
const TEXTS: &str = include_str!("zh.json");

/// The document with Chinese texts. Names, codes and examples are the same in every language.
pub(super) fn translated(openapi: OpenApi) -> OpenApi {
    let chinese = chinese_texts();
    let Ok(mut document) = serde_json::to_value(&openapi) else { return openapi };
    visit_texts(&mut document, &mut |english| chinese.get(&unwrapped(english)).cloned());
    serde_json::from_value(document).unwrap_or(openapi)
}

/// The Chinese texts by the English ones.
fn chinese_texts() -> HashMap<String, String> {
    let composed = [introduction, recover_description];
    let composed = composed.map(|text| (unwrapped(&text(Language::English)), text(Language::Chinese)));
    let titles = TABLE.iter().map(|kind| (kind.title.to_owned(), kind.title_zh.to_owned()));
    translations().into_iter().chain(titles).chain(composed).collect()
}

/// The content of `zh.json`.
fn translations() -> HashMap<String, String> {
    serde_json::from_str(TEXTS).unwrap_or_default()
}

/// The text on one line.
fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Calls `translate` with each text of the document, and replaces the text by the result.
fn visit_texts(document: &mut Value, translate: &mut impl FnMut(&str) -> Option<String>) {
    let tags = document.get_mut("tags").and_then(Value::as_array_mut);
    for tag in tags.into_iter().flatten() {
        // Operations refer to a tag by its name. This extension is the name for people.
        if let Some(name) = tag["name"].as_str().and_then(&mut *translate) {
            tag["x-displayName"] = json!(name);
        }
    }
    visit(document, translate);
}

fn visit(value: &mut Value, translate: &mut impl FnMut(&str) -> Option<String>) {
    match value {
        Value::Object(members) => visit_members(members, translate),
        Value::Array(items) => items.iter_mut().for_each(|item| visit(item, translate)),
        Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => {}
    }
}

fn visit_members(members: &mut Map<String, Value>, translate: &mut impl FnMut(&str) -> Option<String>) {
    for (key, member) in members {
        match (key.as_str(), member) {
            ("summary" | "description", Value::String(text)) => {
                if let Some(translation) = translate(text) {
                    *text = translation;
                }
            }
            // Fields may have any name, those of texts and examples among them.
            ("properties", Value::Object(fields)) => {
                fields.values_mut().for_each(|field| visit(field, translate));
            }
            ("example" | "value", _) => {}
            (_, member) => visit(member, translate),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::openapi::{openapi, to_json};

    fn english_texts() -> BTreeSet<String> {
        let (mut document, mut texts) = (serde_json::to_value(openapi()).unwrap(), BTreeSet::new());
        visit_texts(&mut document, &mut |text| {
            texts.insert(unwrapped(text));
            None
        });
        texts
    }

    /// The parts of a text between backquotes, and the others.
    fn code_and_prose(text: &str) -> (BTreeSet<&str>, String) {
        let (code, prose): (Vec<_>, Vec<_>) =
            text.split('`').enumerate().partition(|(index, _)| index % 2 == 1);
        (code.into_iter().map(|(_, part)| part).collect(), prose.into_iter().map(|(_, part)| part).collect())
    }

    fn has_han(text: &str) -> bool {
        text.chars().any(|character| ('\u{4e00}'..='\u{9fff}').contains(&character))
    }

    #[test]
    fn every_text_has_a_chinese_one() {
        let chinese = chinese_texts();
        for english in english_texts() {
            let (code, prose) = code_and_prose(&english);
            if !prose.contains(|character: char| character.is_ascii_alphabetic()) {
                continue;
            }
            let text = chinese.get(&english);
            let text = text.unwrap_or_else(|| panic!("openapi/zh.json lacks {english:?}"));
            assert!(has_han(text), "{english:?}: {text}");
            assert_eq!(code_and_prose(text).0, code, "{english:?}");
            assert_eq!(text.ends_with('。'), english.ends_with('.'), "{english:?}: {text}");
        }
    }

    #[test]
    fn the_file_has_no_other_texts_and_is_sorted() {
        let texts = english_texts();
        let titles: BTreeSet<_> = TABLE.iter().map(|kind| kind.title).collect();
        for english in translations().keys() {
            assert!(texts.contains(english), "the document does not contain {english:?}");
            assert!(!titles.contains(&**english), "the table of codes has {english:?}");
        }
        let sorted: BTreeMap<String, String> = serde_json::from_str(TEXTS).unwrap();
        assert_eq!(TEXTS, serde_json::to_string_pretty(&sorted).unwrap() + "\n");
    }

    /// The document with one word in the place of every text.
    fn without_texts(openapi: &OpenApi) -> Value {
        let mut document: Value = serde_json::from_str(&to_json(openapi)).unwrap();
        visit_texts(&mut document, &mut |_| Some("text".to_owned()));
        document
    }

    #[test]
    fn nothing_but_texts_is_translated() {
        let chinese = translated(openapi());
        assert_eq!(without_texts(&chinese), without_texts(&openapi()));
        assert_eq!(serde_json::to_value(chinese).unwrap()["info"]["title"], "Yaoshi");
    }

    #[test]
    fn fields_and_examples_with_the_names_of_texts_stay() {
        let mut document = json!({
            "description": "a",
            "properties": { "description": { "description": "b" }, "value": { "summary": "c" } },
            "examples": { "description": { "summary": "d", "value": { "description": "e" } } },
            "example": { "summary": "f" },
            "tags": [{ "name": "g", "description": "h" }],
        });
        visit_texts(&mut document, &mut |text| Some(text.to_uppercase()));
        let expected = json!({
            "description": "A",
            "properties": { "description": { "description": "B" }, "value": { "summary": "C" } },
            "examples": { "description": { "summary": "D", "value": { "description": "e" } } },
            "example": { "summary": "f" },
            "tags": [{ "name": "g", "description": "H", "x-displayName": "G" }],
        });
        assert_eq!(document, expected);
    }
}
