use std::{collections::BTreeMap, fmt::Write};

use domain::push::PushFault;
use quick_xml::{
    Reader,
    escape::resolve_xml_entity,
    events::{BytesRef, Event},
};
use serde_json::Value;

use super::json::MAX_DEPTH;

/// How many elements a message may have.
const MAX_ELEMENTS: usize = 1_000;

/// Turns an XML message into a JSON object: of what is in `<xml>`, an element with others inside becomes an
/// object, one without a string, and elements of the same name an array. Attributes and comments are dropped.
///
/// A document type, processing instructions and entities that XML does not predefine are refused, not ignored.
pub(super) fn to_json(text: &str) -> Result<String, PushFault> {
    let mut reader = Reader::from_str(text);
    let mut document = Document::default();
    loop {
        match reader.read_event().map_err(|_| PushFault::Malformed)? {
            Event::Start(start) => document.open(start.name().as_ref())?,
            Event::End(_) => document.close(),
            Event::Empty(start) => {
                document.open(start.name().as_ref())?;
                document.close();
            }
            Event::Text(text) => document.append(&text.xml10_content())?,
            Event::CData(text) => document.append(&text.xml10_content())?,
            Event::GeneralRef(reference) => document.append(&resolved(&reference)?)?,
            Event::Comment(_) => {}
            Event::Decl(_) if document.elements == 0 => {}
            Event::Decl(_) | Event::PI(_) | Event::DocType(_) => return Err(PushFault::Malformed),
            Event::Eof => return document.into_json(),
        }
    }
}

/// Turns a JSON object into XML, as WeChat writes it: texts in CDATA, numbers bare, an array as elements of the same
/// name. Members whose names XML does not allow are left out, and so are characters that XML does not have.
pub(super) fn from_json(object: &Value) -> String {
    let mut xml = String::new();
    write_element(&mut xml, "xml", object);
    xml
}

fn write_element(xml: &mut String, name: &str, value: &Value) {
    if let Value::Array(values) = value {
        for value in values {
            write_element(xml, name, value);
        }
        return;
    }
    let _ = write!(xml, "<{name}>");
    match value {
        Value::Null | Value::Array(_) => {}
        Value::Bool(_) | Value::Number(_) => {
            let _ = write!(xml, "{value}");
        }
        // The end of CDATA cannot stand inside of it.
        Value::String(text) => {
            let text: String = text.chars().filter(|c| is_character(*c)).collect();
            let _ = write!(xml, "<![CDATA[{}]]>", text.replace("]]>", "]]]]><![CDATA[>"));
        }
        Value::Object(members) => {
            for (name, value) in members.iter().filter(|(name, _)| is_name(name)) {
                write_element(xml, name, value);
            }
        }
    }
    let _ = write!(xml, "</{name}>");
}

fn is_name(name: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.chars().all(is_allowed)
}

/// Whether XML 1.0 has this character (its production `Char`).
fn is_character(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// What a reference stands for: a character by number, or one of the five that XML has names for.
fn resolved(reference: &BytesRef<'_>) -> Result<String, PushFault> {
    let by_number = reference.resolve_char_ref().map_err(|_| PushFault::Malformed)?;
    let by_name = || resolve_xml_entity(reference).map(ToOwned::to_owned);
    by_number.map(String::from).or_else(by_name).ok_or(PushFault::Malformed)
}

/// A document, as far as it was read.
#[derive(Default)]
struct Document {
    /// The elements that have not ended, the root first.
    open: Vec<Element>,
    /// How many elements there were.
    elements: usize,
    /// What the root was turned into.
    root: Option<Value>,
}

#[derive(Default)]
struct Element {
    name: String,
    children: BTreeMap<String, Vec<Value>>,
    text: String,
}

impl Document {
    fn open(&mut self, name: &str) -> Result<(), PushFault> {
        self.elements += 1;
        let is_root = self.open.is_empty();
        let is_misplaced = is_root && (self.elements > 1 || name != "xml");
        if is_misplaced || self.open.len() == MAX_DEPTH || self.elements > MAX_ELEMENTS {
            return Err(PushFault::Malformed);
        }
        self.open.push(Element { name: name.to_owned(), ..Element::default() });
        Ok(())
    }

    fn close(&mut self) {
        let Some(mut element) = self.open.pop() else { return };
        let name = std::mem::take(&mut element.name);
        match self.open.last_mut() {
            Some(parent) => parent.children.entry(name).or_default().push(element.into_value()),
            None => self.root = Some(element.into_value()),
        }
    }

    /// Adds to the text of the innermost element. There is none but spaces outside of the root.
    fn append(&mut self, text: &str) -> Result<(), PushFault> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim_ascii().is_empty() => {}
            None => return Err(PushFault::Malformed),
        }
        Ok(())
    }

    /// The root as JSON, unless it has not ended or has no elements.
    fn into_json(self) -> Result<String, PushFault> {
        let root = self.root.filter(Value::is_object).ok_or(PushFault::Malformed)?;
        Ok(root.to_string())
    }
}

impl Element {
    /// Its children, in the order of their names. Text beside them is what indents them.
    fn into_value(self) -> Value {
        if self.children.is_empty() {
            return Value::String(self.text);
        }
        let one_or_array = |values| <[Value; 1]>::try_from(values).map_or_else(Value::Array, |[value]| value);
        self.children.into_iter().map(|(name, values)| (name, one_or_array(values))).collect()
    }
}
