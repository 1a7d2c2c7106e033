using System.Text.Json;
using NativeHost.Inference.Constraints.Automata;
using NativeHost.Inference.Constraints.Masks;

namespace NativeHost.Inference.Constraints;

/// <summary>Compiles constraints for one vocabulary, and keeps those that were used last.</summary>
/// <remarks>Safe to use from any thread. The vocabulary is read once, at the first constraint: about a tenth of a second for 150,000 tokens.</remarks>
public sealed class ConstraintCompiler(ITokenizer tokenizer)
{
    private const int Kept = 8;

    private readonly Lock _gate = new();
    private readonly Lock _using = new();
    private readonly LinkedList<(string Key, Constraint Constraint)> _recent = [];
    private VocabularyIndex? _vocabulary;

    /// <summary>Compiles a constraint, or finds it compiled.</summary>
    /// <exception cref="ConstraintException">It is malformed, not supported, holds for no text, is too large, or cannot be spelled with the vocabulary.</exception>
    public Constraint Compile(ConstraintSpec spec)
    {
        var key = KeyOf(spec);

        lock (_gate)
        {
            for (var node = _recent.First; node is not null; node = node.Next)
            {
                if (node.Value.Key == key)
                {
                    _recent.Remove(node);
                    _recent.AddFirst(node);
                    return node.Value.Constraint;
                }
            }

            _vocabulary ??= new VocabularyIndex(tokenizer);
            var automaton = AutomatonBuilder.Build(SpecTranslator.Translate(spec, tokenizer));
            var constraint = new Constraint(automaton, _vocabulary, _using);
            _recent.AddFirst((key, constraint));
            if (_recent.Count > Kept)
            {
                _recent.RemoveLast();
            }

            return constraint;
        }
    }

    private static string KeyOf(ConstraintSpec spec)
    {
        try
        {
            var key = JsonSerializer.Serialize(spec, ConstraintSpecJson.Default.ConstraintSpec);
            return key.Length <= 2 * ConstraintLimits.Characters
                ? key
                : throw new ConstraintException($"The constraint has more than {ConstraintLimits.Characters:N0} characters. Make it smaller.");
        }
        catch (JsonException)
        {
            throw new ConstraintException("The constraint's parts are nested too deep: more than about 20 parts in each other.");
        }
    }

    /// <summary>Checks a constraint without a vocabulary, before a model is asked.</summary>
    /// <exception cref="ConstraintException">It is malformed, not supported, holds for no text, or is too large.</exception>
    public static void Check(ConstraintSpec spec)
    {
        KeyOf(spec);
        Constraint.CheckSatisfiable(AutomatonBuilder.Build(SpecTranslator.Translate(spec, null)));
    }
}
