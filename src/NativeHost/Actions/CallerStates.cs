using System.Collections.Concurrent;
using System.Collections.Immutable;
using NativeHost.Actions.Generation;
using NativeHost.Messages;

namespace NativeHost.Actions;

/// <summary>What each caller chose: its settings and its active model.</summary>
internal sealed class CallerStates
{
    /// <summary>An extension has a handful of profiles; what is kept for it must have a bound.</summary>
    private const int MostNamespaces = 256;

    private readonly ConcurrentDictionary<Caller, CallerState> _states = new();

    /// <summary>A caller's choices.</summary>
    /// <exception cref="RequestException">Its namespace is one too many.</exception>
    public CallerState Of(Caller caller)
        => _states.TryGetValue(caller, out var state) ? state
            : caller.Namespace is not null && _states.Keys.Count(other => other.WithoutNamespace == caller.WithoutNamespace) >= MostNamespaces
            ? throw new RequestException(ErrorCode.TooManyRequests, $"Too many namespaces: an extension may use {MostNamespaces}.")
            : _states.GetOrAdd(caller, _ => new CallerState());
}

/// <summary>One caller's choices. Each is replaced as a whole, so that readers on any thread see a consistent one.</summary>
/// <remarks>Changes of the settings take turns, so that none is lost. Of a setting that is given twice, what was given later holds.</remarks>
internal sealed class CallerState
{
    private readonly Lock _changing = new();
    private volatile GivenSettings _standing = GivenSettings.None;
    private volatile ImmutableDictionary<string, GivenSettings> _ofModels = ImmutableDictionary<string, GivenSettings>.Empty;
    private volatile string? _activeModel;

    /// <summary>Path of the model that requests without an address mean; null before the first load.</summary>
    public string? ActiveModel
    {
        get => _activeModel;
        set => _activeModel = value;
    }

    /// <summary>What the caller gave that holds for a model; null for what holds for all.</summary>
    public GivenSettings GivenFor(string? model) => GivenFor(model, GivenSettings.None);

    /// <summary>What a generation on a model goes by where its request says nothing.</summary>
    public GenerationSettings SettingsOf(string model) => SettingsOf(model, GivenSettings.None);

    /// <summary>The same of a model that need not be loaded.</summary>
    /// <param name="saved">What it would be loaded with.</param>
    public GenerationSettings SettingsOf(string model, GivenSettings saved) => GivenFor(model, saved).Over(ModelDefaults.Of(model));

    /// <summary>Takes settings that are to hold for all models, those as well that have their own.</summary>
    public void Give(GivenSettings given)
    {
        lock (_changing)
        {
            _standing = _standing.With(given);
            _ofModels = _ofModels.ToImmutableDictionary(model => model.Key, model => model.Value.Without(given));
        }
    }

    /// <summary>Takes settings that are to hold for one model.</summary>
    public void GiveFor(string model, GivenSettings given) => GiveFor(model, given, GivenSettings.None);

    /// <summary>The same for a model that is loaded.</summary>
    /// <param name="saved">What it begins with where the caller has not loaded it before.</param>
    public void GiveFor(string model, GivenSettings given, GivenSettings saved)
    {
        lock (_changing)
        {
            _ofModels = _ofModels.SetItem(model, _ofModels.GetValueOrDefault(model, saved).With(given));
        }
    }

    /// <summary>Forgets the settings of a model that the caller has unloaded, and that it was the active one.</summary>
    public void Leave(string model)
    {
        lock (_changing)
        {
            _ofModels = _ofModels.Remove(model);
            _activeModel = _activeModel == model ? null : _activeModel;
        }
    }

    private GivenSettings GivenFor(string? model, GivenSettings saved)
        => model is null ? _standing : _standing.With(_ofModels.GetValueOrDefault(model, saved));
}
