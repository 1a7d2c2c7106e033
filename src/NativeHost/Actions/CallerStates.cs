using System.Collections.Concurrent;
using NativeHost.Actions.Generation;
using NativeHost.Actions.Models;
using NativeHost.Messages;

namespace NativeHost.Actions;

/// <summary>What each caller chose: its settings and its active model.</summary>
internal sealed class CallerStates
{
    private readonly ConcurrentDictionary<Caller, CallerState> _states = new();

    public CallerState Of(Caller caller) => _states.GetOrAdd(caller, _ => new CallerState());
}

/// <summary>One caller's choices. Each is replaced as a whole, so that readers on any thread see a consistent one.</summary>
/// <remarks>Changes of the settings take turns, so that none is lost.</remarks>
internal sealed class CallerState
{
    private readonly Lock _changing = new();
    private volatile GenerationSettings _settings = new();
    private volatile LoadedModel? _activeModel;

    public GenerationSettings Settings => _settings;

    /// <summary>The model that requests without an address mean; null before the first load.</summary>
    public LoadedModel? ActiveModel
    {
        get => _activeModel;
        set => _activeModel = value;
    }

    /// <summary>Replaces the settings by what the change makes of them. A change that throws changes nothing.</summary>
    /// <returns>The new settings.</returns>
    public GenerationSettings Change(Func<GenerationSettings, GenerationSettings> change)
    {
        lock (_changing)
        {
            return _settings = change(_settings);
        }
    }
}
