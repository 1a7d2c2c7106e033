using System.Globalization;
using System.Text;

namespace NativeHost.SearchQuality;

/// <summary>What kind of words somebody types.</summary>
internal enum QueryKind
{
    /// <summary>A rare name or a number, as it is written.</summary>
    Exact,

    /// <summary>Other words of the same meaning.</summary>
    Paraphrase,

    /// <summary>The message's words, some cut short or with another ending.</summary>
    Partial,

    /// <summary>A name or a number, and the rest in other words.</summary>
    Mixed,
}

/// <summary>A query, and the one message that it means.</summary>
internal sealed record QualityQuery(QueryKind Kind, string Text, string Answer);

/// <summary>
/// Messages, and queries of which each means one of them. Beside each such message are others that are made to be taken for it: of the same topic but for one thing,
/// of the query's own words with another meaning, of nearly the same name or number.
/// </summary>
internal sealed class QualityCorpus
{
    private const int QueriesOfKind = 75;
    private const int BackgroundMessages = 500;

    /// <summary>Parts of a message's meaning: a thing, what was done to it, and where or when.</summary>
    private const int Slots = 3;
    private const int ConceptsOfTopic = 4;

    private readonly Random _random;
    private readonly List<string> _texts = [];

    /// <summary>What must be said once only.</summary>
    private readonly HashSet<Meaning> _taken = [];

    private readonly HashSet<string> _surnames = new(StringComparer.Ordinal);
    private readonly HashSet<int> _numbers = [];
    private readonly List<Target> _targets = [];

    /// <param name="seed">Other words, names and combinations, of the same kinds in the same numbers.</param>
    public QualityCorpus(int seed)
    {
        _random = new Random(seed);
        var meanings = AllMeanings();
        _random.Shuffle(meanings);
        var queries = new List<QualityQuery>();
        foreach (var kind in Enum.GetValues<QueryKind>())
        {
            foreach (var meaning in meanings.AsSpan((int)kind * QueriesOfKind, QueriesOfKind))
            {
                if (kind is QueryKind.Paraphrase or QueryKind.Partial)
                {
                    _taken.Add(meaning);
                }

                queries.Add(Ask(kind, meaning));
            }
        }

        // What a query of words alone means is said once: others come only now, when all such meanings are known.
        foreach (var (query, target) in queries.Zip(_targets))
        {
            AddNegatives(query, target);
        }

        for (var i = 0; i < BackgroundMessages; i++)
        {
            Add(new Told(FreeMeaning(), Ways(), NewPerson(), NewNumber()));
        }

        Queries = queries;
    }

    /// <summary>The message of key <c>m0</c>, of <c>m1</c>, and so on.</summary>
    public IReadOnlyList<string> Texts => _texts;

    public IReadOnlyList<QualityQuery> Queries { get; }

    private static Meaning[] AllMeanings() =>
    [
        .. from topic in Enumerable.Range(0, Topics.All.Length)
           from thing in Enumerable.Range(0, ConceptsOfTopic)
           from deed in Enumerable.Range(0, ConceptsOfTopic)
           from circumstance in Enumerable.Range(0, Topics.Circumstances.Length)
           select new Meaning(topic, thing, deed, circumstance),
    ];

    private QualityQuery Ask(QueryKind kind, Meaning meaning)
    {
        var told = new Told(meaning, Ways(), NewPerson(), NewNumber());
        var asked = kind is QueryKind.Paraphrase or QueryKind.Mixed ? told.Ways.Select(way => (way + 1 + _random.Next(2)) % 3).ToArray() : told.Ways;
        var words = Enumerable.Range(0, Slots).Select(slot => meaning.Say(slot, asked[slot])).ToArray();
        _targets.Add(new Target(told, asked));
        var text = kind switch
        {
            QueryKind.Exact => Exact(told),
            QueryKind.Paraphrase => string.Format(CultureInfo.InvariantCulture, Pick(Topics.Questions), words),
            QueryKind.Partial => Partial(words),
            _ => $"{(_random.Next(2) == 0 ? told.Person.Surname : told.Number)} {words[0]} {(_random.Next(2) == 0 ? words[1] : words[2])}",
        };
        return new QualityQuery(kind, text, Add(told));
    }

    private string Exact(Told told) => _random.Next(5) switch
    {
        0 => told.Person.Surname,
        1 => $"{told.Person.First} {told.Person.Surname}",
        2 => told.Number,
        3 => $"what about number {told.Number}",
        _ => $"{told.Person.Surname} {told.Meaning.Say(0, told.Ways[0])}",
    };

    /// <summary>One word as it is, one with another ending, one cut short as by somebody who is still typing.</summary>
    private string Partial(string[] words)
    {
        var last = words.Select(word => word.Split(' ')[^1]).ToArray();
        _random.Shuffle(last);
        var bent = last[1].EndsWith('s') ? last[1][..^1] : last[1].EndsWith("ed", StringComparison.Ordinal) ? last[1][..^2] + "ing" : last[1] + "s";
        return $"{last[0]} {bent} {last[2][..Math.Min(last[2].Length, Math.Max(3, last[2].Length * 2 / 3))]}";
    }

    private void AddNegatives(QualityQuery query, Target target)
    {
        var told = target.Told;

        // The same but for one thing, in the message's words and in the query's.
        Add(told with { Meaning = Changed(told.Meaning), Person = NewPerson(), Number = NewNumber() });
        Add(new Told(Changed(told.Meaning), target.Asked, NewPerson(), NewNumber()));
        if (query.Kind is QueryKind.Exact or QueryKind.Mixed)
        {
            // The same name or number with another message, or nearly the same with the same one.
            var (person, number) = query.Kind == QueryKind.Mixed ? (told.Person, told.Number) : (told.Person with { Surname = NewSurname() }, Twisted(told.Number));
            Add(new Told(FreeMeaning(told.Meaning.Topic), Ways(), person, number));
            Add(told with { Ways = target.Asked, Person = told.Person with { Surname = NewSurname() }, Number = Twisted(told.Number) });
        }
        else
        {
            // The query's words, beside the point.
            var words = Enumerable.Range(0, Slots).Select(slot => told.Meaning.Say(slot, target.Asked[slot])).ToArray();
            Add(new Told(FreeMeaning(told.Meaning.Topic), Ways(), NewPerson(), NewNumber()), $" It had nothing to do with the {words[0]}.");
            Add(new Told(FreeMeaning(told.Meaning.Topic), Ways(), NewPerson(), NewNumber()), $" Others were {words[1]} {words[2]}.");
        }
    }

    /// <returns>Its key.</returns>
    private string Add(Told told, string more = "")
    {
        var (thing, deed, circumstance) = (told.Meaning.Say(0, told.Ways[0]), told.Meaning.Say(1, told.Ways[1]), told.Meaning.Say(2, told.Ways[2]));
        var closing = string.Format(CultureInfo.InvariantCulture, Pick(Topics.Closings), told.Number);
        _texts.Add($"{Pick(Topics.Openings)}{told.Person.First} {told.Person.Surname} {deed} the {thing} {circumstance}.{more} {closing}");
        return $"m{_texts.Count - 1}";
    }

    private Meaning Changed(Meaning meaning)
    {
        while (true)
        {
            var slot = _random.Next(Slots);
            var changed = slot switch
            {
                0 => meaning with { Thing = _random.Next(ConceptsOfTopic) },
                1 => meaning with { Deed = _random.Next(ConceptsOfTopic) },
                _ => meaning with { Circumstance = _random.Next(Topics.Circumstances.Length) },
            };
            if (!_taken.Contains(changed))
            {
                return changed;
            }
        }
    }

    private Meaning FreeMeaning(int? otherThan = null)
    {
        while (true)
        {
            var topic = _random.Next(Topics.All.Length);
            var meaning = new Meaning(topic, _random.Next(ConceptsOfTopic), _random.Next(ConceptsOfTopic), _random.Next(Topics.Circumstances.Length));
            if (topic != otherThan && !_taken.Contains(meaning))
            {
                return meaning;
            }
        }
    }

    private int[] Ways() => [_random.Next(3), _random.Next(3), _random.Next(3)];

    private Person NewPerson() => new(Pick(Topics.FirstNames), NewSurname());

    /// <summary>A name that nobody has, of syllables.</summary>
    private string NewSurname()
    {
        while (true)
        {
            var name = new StringBuilder();
            var syllables = _random.Next(2, 4);
            for (var i = 0; i < syllables; i++)
            {
                name.Append(Pick(["br", "d", "f", "gr", "h", "k", "l", "m", "n", "pr", "r", "s", "t", "v", "z"])).Append(Pick(["a", "e", "i", "o", "u", "ei", "ou"]));
            }

            name.Append(Pick(["n", "r", "l", "sk", "t", "mann", "dt"]));
            name[0] = char.ToUpperInvariant(name[0]);
            if (_surnames.Add(name.ToString()))
            {
                return name.ToString();
            }
        }
    }

    private string NewNumber()
    {
        while (true)
        {
            var number = _random.Next(1000, 100_000);
            if (_numbers.Add(number))
            {
                return number.ToString(CultureInfo.InvariantCulture);
            }
        }
    }

    /// <summary>The number with one digit changed.</summary>
    private string Twisted(string number)
    {
        while (true)
        {
            var digits = number.ToCharArray();
            digits[_random.Next(digits.Length)] = (char)('1' + _random.Next(9));
            var twisted = int.Parse(digits, CultureInfo.InvariantCulture);
            if (_numbers.Add(twisted))
            {
                return new string(digits);
            }
        }
    }

    private string Pick(ReadOnlySpan<string> words) => words[_random.Next(words.Length)];

    private readonly record struct Meaning(int Topic, int Thing, int Deed, int Circumstance)
    {
        public string Say(int slot, int way) => slot switch
        {
            0 => Topics.All[Topic][0][Thing][way],
            1 => Topics.All[Topic][1][Deed][way],
            _ => Topics.Circumstances[Circumstance][way],
        };
    }

    private sealed record Person(string First, string Surname);

    /// <summary>A message.</summary>
    /// <param name="Ways">[slots]: which way to say each.</param>
    private sealed record Told(Meaning Meaning, int[] Ways, Person Person, string Number);

    /// <param name="Asked">[slots]: the way in which the query says each.</param>
    private sealed record Target(Told Told, int[] Asked);
}
