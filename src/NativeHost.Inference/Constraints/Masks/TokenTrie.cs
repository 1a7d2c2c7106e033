namespace NativeHost.Inference.Constraints.Masks;

/// <summary>The texts of tokens as a tree by bytes, depth first in one array, so that a walk reads it forward.</summary>
internal sealed class TokenTrie
{
    private readonly Node[] _nodes;
    private readonly int[] _alike;

    /// <param name="tokens">In the order of their bytes; none is without.</param>
    public TokenTrie(VocabularyTexts texts, ReadOnlySpan<int> tokens)
    {
        _alike = new int[texts.Count];
        var nodes = new List<Node>();
        var path = new int[texts.LongestToken];
        ReadOnlySpan<byte> last = [];
        foreach (var token in tokens)
        {
            var text = texts.Of(token);
            var common = text.CommonPrefixLength(last);
            Close(common, last.Length);
            for (var depth = common; depth < text.Length; depth++)
            {
                path[depth] = nodes.Count;
                nodes.Add(new Node { Byte = text[depth], Depth = (ushort)depth, Token = -1 });
            }

            var end = path[text.Length - 1];
            _alike[token] = nodes[end].Token;
            nodes[end] = nodes[end] with { Token = token };
            last = text;
        }

        Close(0, last.Length);
        _nodes = [.. nodes];

        // What lies deeper than the next text has in common has no more children.
        void Close(int common, int length)
        {
            for (var depth = common; depth < length; depth++)
            {
                nodes[path[depth]] = nodes[path[depth]] with { Behind = nodes.Count };
            }
        }
    }

    public ReadOnlySpan<Node> Nodes => _nodes;

    /// <summary>Another token with the same text; -1 for no more.</summary>
    public int AlikeOf(int token) => _alike[token];

    public record struct Node
    {
        /// <summary>The node that follows when this one's children are left out.</summary>
        public int Behind { get; init; }

        /// <summary>A token whose text ends here; -1 for none. More of them by <see cref="AlikeOf"/>.</summary>
        public int Token { get; init; }

        /// <summary>Bytes before this one.</summary>
        public ushort Depth { get; init; }

        public byte Byte { get; init; }
    }
}
