namespace NativeHost.Inference.Constraints.Automata;

/// <summary>States for one of many texts, their common beginnings shared.</summary>
internal static class TextStates
{
    public static int Emit(AutomatonBuilder builder, byte[][] texts, int next)
    {
        Array.Sort(texts, (a, b) => a.AsSpan().SequenceCompareTo(b));
        return Emit(builder, texts, 0, next);
    }

    /// <param name="texts">In order, with the first <paramref name="depth"/> bytes in common.</param>
    private static int Emit(AutomatonBuilder builder, ReadOnlySpan<byte[]> texts, int depth, int next)
    {
        var common = texts[0].AsSpan().CommonPrefixLength(texts[^1]);
        var start = EmitFork(builder, texts, common, next);
        for (var i = common - 1; i >= depth; i--)
        {
            start = builder.Read([new Edge(texts[0][i], texts[0][i], start)]);
        }

        return start;
    }

    private static int EmitFork(AutomatonBuilder builder, ReadOnlySpan<byte[]> texts, int depth, int next)
    {
        var isComplete = texts[0].Length == depth;
        while (!texts.IsEmpty && texts[0].Length == depth)
        {
            texts = texts[1..];
        }

        if (texts.IsEmpty)
        {
            return next;
        }

        var edges = new List<Edge>();
        while (!texts.IsEmpty)
        {
            var first = texts[0][depth];
            var count = 1;
            while (count < texts.Length && texts[count][depth] == first)
            {
                count++;
            }

            edges.Add(new Edge(first, first, Emit(builder, texts[..count], depth + 1, next)));
            texts = texts[count..];
        }

        var read = builder.Read([.. edges]);
        if (!isComplete)
        {
            return read;
        }

        var fork = builder.Fork(0);
        builder.SetTargets(fork, [read, next]);
        return fork;
    }
}
