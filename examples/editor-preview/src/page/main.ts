import { h, render } from 'preact'
import { App } from './app.js'

const root = document.querySelector('#app')
if (root === null) throw new Error('the page has no #app')
render(h(App, null), root)
