namespace NativeHost.Jinja.Evaluation;

/// <summary>The variables of a block, and behind them those of the blocks around it.</summary>
internal sealed class Scope
{
    private readonly Scope? _outer;
    private readonly Dictionary<string, JinjaValue>? _all;

    // A block has few names, so that going through them is faster than a dictionary.
    private string[] _names = [];
    private JinjaValue[] _values = [];
    private int _count;

    /// <summary>The scope of a whole template.</summary>
    public Scope(Dictionary<string, JinjaValue> variables)
    {
        _all = variables;
    }

    /// <summary>The scope of a block.</summary>
    public Scope(Scope outer)
    {
        _outer = outer;
    }

    /// <summary>The value of a name; undefined if it has none.</summary>
    public JinjaValue Find(string name)
    {
        var scope = this;
        while (scope._outer is not null)
        {
            var index = scope.IndexOf(name);
            if (index >= 0)
            {
                return scope._values[index];
            }

            scope = scope._outer;
        }

        return scope._all!.TryGetValue(name, out var value) ? value : GlobalFunctions.Find(name) ?? JinjaValue.Undefined;
    }

    /// <summary>Gives a name a value in this block.</summary>
    public void Set(string name, JinjaValue value)
    {
        if (_all is not null)
        {
            _all[name] = value;
            return;
        }

        var index = IndexOf(name);
        if (index < 0)
        {
            if (_count == _names.Length)
            {
                Array.Resize(ref _names, Math.Max(4, 2 * _count));
                Array.Resize(ref _values, _names.Length);
            }

            index = _count++;
            _names[index] = name;
        }

        _values[index] = value;
    }

    private int IndexOf(string name) => Array.IndexOf(_names, name, 0, _count);
}
