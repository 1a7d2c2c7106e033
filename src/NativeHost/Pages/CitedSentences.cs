using NativeHost.Search.Texts;

namespace NativeHost.Pages;

/// <summary>Finds the sentences of some excerpts that say most of what a statement says, by its words, of which rare ones count more.</summary>
internal sealed class CitedSentences
{
    /// <summary>A statement of fewer words means little without its question: a name, a number.</summary>
    private const int FewWords = 3;

    private readonly List<(int Excerpt, TextSpan Span, HashSet<string> Words)> _sentences = [];
    private readonly Dictionary<string, int> _sentencesWith = new(StringComparer.Ordinal);

    public CitedSentences(IReadOnlyList<PageExcerpt> excerpts)
    {
        for (var i = 0; i < excerpts.Count; i++)
        {
            var text = excerpts[i].Text;
            foreach (var sentence in Sentences.Of(text))
            {
                var words = WordsOf(sentence.Of(text));
                var start = excerpts[i].Span.Start;
                _sentences.Add((i, new TextSpan(start + sentence.Start, start + sentence.End), words));
                foreach (var word in words)
                {
                    _sentencesWith[word] = _sentencesWith.GetValueOrDefault(word) + 1;
                }
            }
        }
    }

    /// <summary>The sentence that fits best; of equal ones the shorter, then the one of the better excerpt.</summary>
    /// <param name="question">What the statement answers, whose words count as well where it has few; empty for nothing.</param>
    /// <param name="excerpt">Number of the excerpt from 0; null for any.</param>
    /// <returns>Its score is 0 to 1; 0 where it has none of the statement's own words.</returns>
    public (int Excerpt, TextSpan Span, double Score) Best(string statement, string question = "", int? excerpt = null)
    {
        var own = WordsOf(statement);
        var words = (own.Count < FewWords ? own.Union(WordsOf(question)) : own).ToDictionary(word => word, RarityOf, StringComparer.Ordinal);
        var all = words.Values.Sum();
        return _sentences.Where(sentence => excerpt is null || sentence.Excerpt == excerpt)
            .Select(sentence => (sentence.Excerpt, sentence.Span, Score: own.Overlaps(sentence.Words) ? words.Where(word => sentence.Words.Contains(word.Key)).Sum(word => word.Value) / all : 0))
            .OrderByDescending(sentence => sentence.Score).ThenBy(sentence => sentence.Span.Length).First();
    }

    private static HashSet<string> WordsOf(string text) => WordReader.Words(text).ToHashSet(StringComparer.Ordinal);

    // A word that is in none counts as one that is in one.
    private double RarityOf(string word) => Math.Log(1 + ((double)_sentences.Count / _sentencesWith.GetValueOrDefault(word, 1)));
}
