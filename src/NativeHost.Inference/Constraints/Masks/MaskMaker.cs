using System.Numerics.Tensors;
using NativeHost.Inference.Constraints.Automata;

namespace NativeHost.Inference.Constraints.Masks;

/// <summary>Finds which tokens may follow a configuration, by a walk over the tree of tokens that leaves out what no text goes on with.</summary>
internal sealed class MaskMaker(Automaton automaton, ConfigurationSpace space, VocabularyIndex vocabulary)
{
    private readonly ulong[] _bits = new ulong[vocabulary.MaskWords];
    private readonly Configuration[] _path = new Configuration[vocabulary.Texts.LongestToken + 1];

    /// <exception cref="ConstraintException">There are too many ways to read the texts of the tokens.</exception>
    public TokenMask Make(Configuration configuration)
    {
        Array.Clear(_bits);
        if (configuration.IsComplete)
        {
            vocabulary.Ends.ForEach(Allow);
        }

        AllowControls(configuration);
        if (PlainRoom(configuration, out var characters))
        {
            TensorPrimitives.BitwiseOr(vocabulary.PlainUpTo(characters), _bits, _bits);
            Walk(configuration, vocabulary.Special);
        }
        else
        {
            Walk(configuration, vocabulary.All);
        }

        return new TokenMask(_bits, vocabulary.Size);
    }

    private void Allow(Token token) => _bits[token.Id >> 6] |= 1UL << token.Id;

    private void AllowControls(Configuration configuration)
    {
        if (!space.Next(configuration, automaton.ClassOf(Automaton.AnyControl)).IsDead)
        {
            vocabulary.Controls.ForEach(Allow);
        }

        for (var i = 0; i < automaton.Controls.Length; i++)
        {
            var token = automaton.Controls[i];
            _bits[token.Id >> 6] &= ~(1UL << token.Id);
            if (!space.Next(configuration, automaton.ClassOf(Automaton.AnyControl + 1 + i)).IsDead)
            {
                Allow(token);
            }
        }
    }

    /// <summary>Whether it is known without a walk which plain tokens may follow: all up to a number of characters.</summary>
    private bool PlainRoom(Configuration configuration, out int? characters)
    {
        characters = 0;
        var isKnown = true;
        foreach (var item in configuration.Items)
        {
            var tag = automaton.States[item.State].Tag;
            var room = tag switch
            {
                StateTag.PlainText => -1,
                StateTag.PlainCharacter => automaton.States[item.Stack!.Site].Most is var most and >= 0 ? most - item.Stack.Rounds : -1,
                _ => 0,
            };
            if (room < 0 && automaton.IsSpelled[item.State] && item.Stack?.IsSpelled != false)
            {
                characters = null;
                return true;
            }

            isKnown &= room > 0 || tag == StateTag.NotPlain;
            characters = Math.Max(characters.Value, room);
        }

        return isKnown && configuration.IsSpelled;
    }

    private void Walk(Configuration start, TokenTrie trie)
    {
        var nodes = trie.Nodes;
        var classes = automaton.ByteClasses;
        var until = space.ItemSteps + ConstraintLimits.ItemStepsOfMask;
        _path[0] = start;
        for (var i = 0; i < nodes.Length;)
        {
            ref readonly var node = ref nodes[i];
            var from = _path[node.Depth];
            var symbolClass = classes[node.Byte];
            var to = from.Next.Length == 0 ? null : from.Next[symbolClass] ?? Follow(from, symbolClass, until);
            if (to is null || to.IsDead)
            {
                i = node.Behind;
                continue;
            }

            _path[node.Depth + 1] = to;
            for (var token = to.IsSpelled ? node.Token : -1; token >= 0; token = trie.AlikeOf(token))
            {
                Allow(new Token(token));
            }

            i++;
        }
    }

    private Configuration Follow(Configuration from, int symbolClass, long until)
    {
        if (space.ItemSteps > until)
        {
            throw new ConstraintException("It takes too long to find out how a text may go on. Make patterns and grammars less ambiguous: fewer repetitions inside repetitions.");
        }

        return space.Next(from, symbolClass);
    }
}
