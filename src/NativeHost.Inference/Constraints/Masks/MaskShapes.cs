using System.Runtime.InteropServices;
using NativeHost.Inference.Constraints.Automata;

namespace NativeHost.Inference.Constraints.Masks;

/// <summary>Finds masks of configurations that differ only in counts that no single token can use up: of a text of up to 500 characters, most places have the same mask.</summary>
/// <param name="longestToken">In bytes: more rounds do not end within a token.</param>
internal sealed class MaskShapes(Automaton automaton, int longestToken)
{
    /// <summary>Deeper stacks are not described: that would take longer with each level of a text that nests for ever.</summary>
    private const int DeepestStack = 100;

    private const int EndOfItem = -1;
    private const int Open = -2;
    private const int FarFromLeast = -3;

    private readonly Dictionary<int[], TokenMask> _masks = new(ByContent.Instance);
    private readonly List<int> _shape = [];

    public void Clear() => _masks.Clear();

    /// <summary>The mask of a configuration of the same shape, or one that is made.</summary>
    public TokenMask GetOrMake(Configuration configuration, MaskMaker maker)
    {
        if (!TryDescribe(configuration))
        {
            return maker.Make(configuration);
        }

        var known = _masks.GetAlternateLookup<ReadOnlySpan<int>>();
        var shape = CollectionsMarshal.AsSpan(_shape);
        return known.TryGetValue(shape, out var mask) ? mask : known[shape] = maker.Make(configuration);
    }

    /// <returns>False where no count can be left out.</returns>
    private bool TryDescribe(Configuration configuration)
    {
        if (!Array.Exists(configuration.Items, item => item.Stack?.HasLoops == true) || Array.Exists(configuration.Items, item => item.Stack?.Depth > DeepestStack))
        {
            return false;
        }

        _shape.Clear();
        _shape.Add(configuration.IsComplete ? 1 : 0);
        var isShared = false;
        foreach (var item in configuration.Items)
        {
            _shape.Add(item.State);
            for (var frame = item.Stack; frame is not null; frame = frame.Parent)
            {
                _shape.Add(frame.Site);
                var rounds = RoundsOf(automaton.States[frame.Site], frame.Rounds);
                isShared |= rounds < 0;
                _shape.Add(rounds);
            }

            _shape.Add(EndOfItem);
        }

        return isShared;
    }

    private int RoundsOf(in State site, int rounds)
    {
        if (site.Kind != StateKind.Loop || (site.Most >= 0 && site.Most - rounds <= longestToken))
        {
            return rounds;
        }

        return rounds >= site.Least ? Open : site.Least - rounds > longestToken ? FarFromLeast : rounds;
    }

    private sealed class ByContent : IEqualityComparer<int[]>, IAlternateEqualityComparer<ReadOnlySpan<int>, int[]>
    {
        public static readonly ByContent Instance = new();

        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<int> alternate, int[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(int[] obj) => GetHashCode((ReadOnlySpan<int>)obj);

        public int GetHashCode(ReadOnlySpan<int> alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(MemoryMarshal.AsBytes(alternate));
            return hash.ToHashCode();
        }

        public int[] Create(ReadOnlySpan<int> alternate) => alternate.ToArray();
    }
}
