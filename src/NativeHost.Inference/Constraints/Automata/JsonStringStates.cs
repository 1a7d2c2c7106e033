using NativeHost.Inference.Constraints.Grammars;

namespace NativeHost.Inference.Constraints.Automata;

/// <summary>States of JSON strings of any content. Each of their characters is a code point, plain or escaped.</summary>
/// <remarks>
/// RFC 8259, section 7. Surrogates are escaped in pairs only: a single one is no text, and most parsers refuse it.
/// The states are marked, so that masks need not follow each plain token through them.
/// </remarks>
internal sealed class JsonStringStates(AutomatonBuilder builder)
{
    private int? _character;

    public int Emit(JsonStringNode text, int next)
    {
        int content;
        if (text is { Least: 0, Most: null })
        {
            content = builder.Fork(0);
            var edges = EdgesOf(content);
            edges.Add(new Edge('"', '"', next));
            builder.SetEdges(content, [.. edges], StateTag.PlainText);
        }
        else
        {
            _character ??= builder.Read([.. EdgesOf(Automaton.Return)], StateTag.PlainCharacter);
            var end = builder.Read([new Edge('"', '"', next)], StateTag.NotPlain);
            content = text.Most == 0 ? end : builder.Loop(_character.Value, text.Least, text.Most, end);
        }

        return builder.Read([new Edge('"', '"', content)], StateTag.NotPlain);
    }

    /// <summary>The edges of a state that reads a character.</summary>
    private List<Edge> EdgesOf(int next)
    {
        var last = Continuation(0x80, 0xBF, next);
        var lastTwo = Continuation(0x80, 0xBF, last);
        var lastThree = Continuation(0x80, 0xBF, lastTwo);
        return
        [
            new(0x20, 0x21, next),
            new(0x23, 0x5B, next),
            new(0x5D, 0x7F, next),
            new('\\', '\\', Escape(next)),
            new(0xC2, 0xDF, last),
            new(0xE0, 0xE0, Continuation(0xA0, 0xBF, last)),
            new(0xE1, 0xEC, lastTwo),
            new(0xED, 0xED, Continuation(0x80, 0x9F, last)),
            new(0xEE, 0xEF, lastTwo),
            new(0xF0, 0xF0, Continuation(0x90, 0xBF, lastTwo)),
            new(0xF1, 0xF3, lastThree),
            new(0xF4, 0xF4, Continuation(0x80, 0x8F, lastTwo)),
        ];
    }

    private int Escape(int next)
    {
        var two = Hex(Hex(next));
        var three = Hex(two);
        var low = Letter('\\', Letter('u', Digits(Digits(two, "CF", "cf"), "DD", "dd")));
        var high = Digits(Hex(Hex(low)), "89", "AB", "ab");
        var d = builder.Fork(0);
        builder.SetTargets(d, [Digits(two, "07"), high]);
        var number = builder.Read([new('0', '9', three), new('A', 'C', three), new('E', 'F', three), new('a', 'c', three), new('e', 'f', three), new('D', 'D', d), new('d', 'd', d)]);
        return builder.Read([.. "\"\\/bfnrt".Select(letter => new Edge(letter, letter, next)), new('u', 'u', number)]);
    }

    private int Continuation(int first, int last, int next) => builder.Read([new Edge(first, last, next)]);

    private int Letter(char letter, int next) => builder.Read([new Edge(letter, letter, next)]);

    private int Hex(int next) => Digits(next, "09", "AF", "af");

    private int Digits(int next, params ReadOnlySpan<string> ranges)
    {
        var edges = new List<Edge>();
        foreach (var range in ranges)
        {
            edges.Add(new Edge(range[0], range[1], next));
        }

        return builder.Read([.. edges]);
    }
}
