//! The English and the Chinese book: what one says, the other does not leave out.

#![expect(clippy::expect_used, reason = "a book that cannot be read has failed")]
#![expect(clippy::wildcard_enum_match_arm, reason = "a chapter has many parts, and few of them count")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use architecture::root;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

const ENGLISH: &str = "docs/src";
const CHINESE: &str = "docs/zh/src";

/// Chapters that only include a file, which the Chinese book introduces.
const INTRODUCED: &[&str] = &["benchmarks.md"];

fn folder(book: &str) -> PathBuf {
    root().join(book)
}

/// The chapters of a book, by file name.
fn chapters(book: &str) -> BTreeSet<String> {
    let files = fs::read_dir(folder(book)).expect("the book has a folder").flatten();
    let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
    names.filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "md")).collect()
}

fn text(book: &str, chapter: &str) -> String {
    fs::read_to_string(folder(book).join(chapter)).expect("a chapter is readable")
}

fn events(text: &str) -> impl Iterator<Item = Event<'_>> {
    Parser::new_ext(text, Options::ENABLE_TABLES)
}

/// What has to be the same in both languages, in order: the levels of headings, the sizes of tables, and code.
fn outline(text: &str) -> Vec<String> {
    let (mut outline, mut columns, mut rows) = (Vec::new(), 0, 0);
    let mut code: Option<String> = None;
    for event in events(text) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => outline.push(level.to_string()),
            Event::Start(Tag::Table(alignments)) => (columns, rows) = (alignments.len(), 0),
            Event::Start(Tag::TableRow) => rows += 1,
            Event::End(TagEnd::Table) => outline.push(format!("a table of {columns} by {rows}")),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => {
                code = Some(format!("{language}\n"));
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => code = Some(String::new()),
            Event::Text(text) => code.iter_mut().for_each(|code| code.push_str(&text)),
            // The Chinese book lies a folder deeper.
            Event::End(TagEnd::CodeBlock) => outline.extend(code.take().map(|code| code.replace("../", ""))),
            _ => {}
        }
    }
    outline
}

/// The chapters that a text links to, relative to its own folder.
fn linked_chapters(text: &str) -> Vec<String> {
    let links = events(text).filter_map(|event| match event {
        Event::Start(Tag::Link { dest_url, .. }) => Some(dest_url.into_string()),
        _ => None,
    });
    let files = links
        .filter(|link| !link.contains("://"))
        .map(|link| link.split('#').next().unwrap_or_default().to_owned());
    files.filter(|file| Path::new(file).extension().is_some_and(|extension| extension == "md")).collect()
}

#[test]
fn both_books_have_the_same_chapters() {
    assert_eq!(chapters(ENGLISH), chapters(CHINESE));
    for book in [ENGLISH, CHINESE] {
        let summary: BTreeSet<_> = linked_chapters(&text(book, "SUMMARY.md")).into_iter().collect();
        let mut listed = chapters(book);
        listed.remove("SUMMARY.md");
        assert_eq!(summary, listed, "{book}");
    }
    assert_eq!(linked_chapters(&text(ENGLISH, "SUMMARY.md")), linked_chapters(&text(CHINESE, "SUMMARY.md")));
}

#[test]
fn both_books_have_the_same_headings_tables_and_code() {
    for chapter in chapters(ENGLISH) {
        if INTRODUCED.contains(&&*chapter) {
            continue;
        }
        let (english, chinese) = (outline(&text(ENGLISH, &chapter)), outline(&text(CHINESE, &chapter)));
        for (number, (english, chinese)) in english.iter().zip(&chinese).enumerate() {
            assert_eq!(english, chinese, "{chapter}, part {}", number + 1);
        }
        assert_eq!(english.len(), chinese.len(), "{chapter}");
    }
}

#[test]
fn no_chapter_links_to_the_other_book_or_to_nothing() {
    for book in [ENGLISH, CHINESE] {
        for chapter in chapters(book) {
            for link in linked_chapters(&text(book, &chapter)) {
                let target = folder(book).join(&link);
                assert!(target.is_file(), "{book}/{chapter}: {link}");
                let target = target.canonicalize().expect("it is there");
                let other = if book == ENGLISH { CHINESE } else { ENGLISH };
                assert!(!target.starts_with(folder(other)), "{book}/{chapter}: {link}");
            }
        }
    }
}
